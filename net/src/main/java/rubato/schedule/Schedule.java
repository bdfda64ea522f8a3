package rubato.schedule;

import java.util.List;

/**
 * What one rank does in one operation. Moves to one peer happen in their order here, and so do moves from one peer; moves of
 * different peers do not wait for each other unless they say so. A schedule is the same on every rank up to who is who.
 *
 * @param sends per rank, the indexes of the moves that send to it
 * @param receives per rank, the indexes of the moves that take something from it
 * @param alone folds that need no other rank
 * @param members the ranks that take part, in order
 */
public record Schedule(List<Move> moves, int[][] sends, int[][] receives, int[] alone, int[] members) {
    public Move move(int index) {
        return moves.get(index);
    }
}
