package rubato.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Low-rank sums (PowerSGD: Vogels, Karimireddy, Jaggi, NeurIPS 2019, algorithm 1): of each matrix M the ranks sum P = M·Q, make its
 * columns orthonormal, sum Q = Mᵀ·P, and take P·Qᵀ; Q is where the next step begins. What is no matrix, or too small a
 * one, is summed as it is, together with the P's.
 */
public final class PowerSgd implements Compressor {
    private final List<LowRank> parts = new ArrayList<>();
    private final List<Matrix> whole = new ArrayList<>();
    private final int length;
    private final int wholeAt;
    private final float[] first;
    private final float[] second;
    private final Loops loops;

    /**
     * @param length of the vectors
     * @param matrices that do not overlap, within the vector
     * @param rank columns of P and Q
     * @param seed of the first Q, the same on every rank
     */
    public PowerSgd(int length, List<Matrix> matrices, int rank, long seed) {
        this(length, matrices, rank, seed, Loops.best());
    }

    PowerSgd(int length, List<Matrix> matrices, int rank, long seed, Loops loops) {
        if (rank < 1) throw new IllegalArgumentException("rank must be >= 1, was " + rank);
        this.length = length;
        this.loops = loops;
        int at = 0;
        for (Matrix matrix : matrices.stream()
                .sorted(Comparator.comparingInt(Matrix::offset))
                .toList()) {
            if (matrix.offset() < at || matrix.end() > length)
                throw new IllegalArgumentException(matrix + " overlaps another or the end at " + length);
            if (matrix.rank(rank) == 0) continue;
            keepWhole(at, matrix.offset());
            parts.add(new LowRank(matrix, matrix.rank(rank), seed + matrix.offset(), loops));
            at = matrix.end();
        }
        keepWhole(at, length);
        wholeAt = parts.stream().mapToInt(LowRank::sizeOfP).sum();
        first = new float[wholeAt + whole.stream().mapToInt(Matrix::columns).sum()];
        second = new float[parts.stream().mapToInt(LowRank::sizeOfQ).sum()];
    }

    private void keepWhole(int from, int to) {
        if (from < to) whole.add(new Matrix(from, 1, to - from));
    }

    /** How many values the two rounds carry in place of the vector. */
    public int transmitted() {
        return first.length + second.length;
    }

    @Override
    public void sum(float[] vector, float[] carried, float[] left, int count, Exchange wire) {
        if (count != length) throw new IllegalArgumentException("vector must have " + length + " values, had " + count);
        loops.add(vector, carried, left, 0, length);
        int at = 0;
        for (LowRank part : parts) at = part.multiply(left, first, at);
        takeOutWhole(left);
        wire.allReduce(first, first.length);
        at = 0;
        for (LowRank part : parts) at = part.takeP(first, at);
        putWhole(vector);
        at = 0;
        for (LowRank part : parts) at = part.project(left, second, at);
        wire.allReduce(second, second.length);
        at = 0;
        for (LowRank part : parts) at = part.takeQ(second, at, vector);
    }

    private void takeOutWhole(float[] left) {
        int at = wholeAt;
        for (Matrix stretch : whole) {
            System.arraycopy(left, stretch.offset(), first, at, stretch.columns());
            Arrays.fill(left, stretch.offset(), stretch.end(), 0);
            at += stretch.columns();
        }
    }

    private void putWhole(float[] vector) {
        int at = wholeAt;
        for (Matrix stretch : whole) {
            System.arraycopy(first, at, vector, stretch.offset(), stretch.columns());
            at += stretch.columns();
        }
    }

    @Override
    public void reset() {
        parts.forEach(LowRank::reset);
    }
}
