package rubato.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import rubato.plan.Algorithm;
import rubato.plan.AllReduce;

/** All ranks of an all-reduce played by one thread: what they would send each other waits in queues, and every addition is made in its order. */
public final class PlayedSum {
    private final List<float[]> vectors;
    private final List<Part> parts = new ArrayList<>();
    /** What is on its way from a rank to a rank. */
    private final List<List<Deque<float[]>>> queues = new ArrayList<>();

    private PlayedSum(AllReduce how, List<float[]> vectors, int length) {
        this.vectors = vectors;
        int size = vectors.size();
        int[] everyone = IntStream.range(0, size).toArray();
        List<Span> buckets = Buckets.of(length, how.bucketBytes() == 0 ? Math.max(1, length) : how.bucketElements(), 1);
        for (int rank = 0; rank < size; rank++) {
            Schedules schedules = new Schedules(rank, size, everyone, 1);
            parts.add(new Part(rank, schedules.bucketed(how.algorithm(), buckets, 0)));
            List<Deque<float[]>> from = new ArrayList<>();
            for (int peer = 0; peer < size; peer++) from.add(new ArrayDeque<>());
            queues.add(from);
        }
    }

    /** Replaces each rank's vector by their sum, bit for bit as the ranks of a run would. */
    public static void sum(AllReduce how, List<float[]> vectors, int length) {
        if (how.algorithm() instanceof Algorithm.Exchange) inRankOrder(vectors, length);
        else new PlayedSum(how, vectors, length).play();
    }

    private static void inRankOrder(List<float[]> vectors, int length) {
        float[] sum = vectors.get(0);
        for (float[] other : vectors.subList(1, vectors.size())) for (int i = 0; i < length; i++) sum[i] += other[i];
        for (float[] other : vectors.subList(1, vectors.size())) System.arraycopy(sum, 0, other, 0, length);
    }

    private void play() {
        boolean progress = true;
        while (progress) {
            progress = false;
            for (Part part : parts) progress |= part.advance();
        }
        for (Part part : parts)
            if (!part.isOver()) throw new IllegalStateException("rank " + part.rank + " waits for what nobody sends");
    }

    /** One rank: its moves, and which of them it has made. */
    private final class Part {
        private final int rank;
        private final Schedule schedule;
        private final float[] vector;
        private final boolean[] made;
        private final int[] sent;
        private final int[] received;

        Part(int rank, Schedule schedule) {
            this.rank = rank;
            this.schedule = schedule;
            this.vector = vectors.get(rank);
            this.made = new boolean[schedule.moves().size()];
            this.sent = new int[vectors.size()];
            this.received = new int[vectors.size()];
            for (int i = 0; i < made.length; i++) made[i] = schedule.move(i) instanceof Move.Given;
        }

        boolean isOver() {
            return IntStream.range(0, made.length).allMatch(i -> made[i]);
        }

        boolean advance() {
            boolean progress = false;
            for (int peer = 0; peer < sent.length; peer++) {
                progress |= send(peer);
                progress |= receive(peer);
            }
            for (int index : schedule.alone()) {
                if (made[index] || !isFree(schedule.move(index))) continue;
                made[index] = true;
                progress = true;
            }
            return progress;
        }

        private boolean send(int peer) {
            int[] order = schedule.sends()[peer];
            int before = sent[peer];
            while (sent[peer] < order.length && isFree(schedule.move(order[sent[peer]]))) {
                int index = order[sent[peer]++];
                Move move = schedule.move(index);
                queues.get(rank).get(peer).addLast(Arrays.copyOfRange(vector, move.from(), move.to()));
                made[index] = true;
            }
            return sent[peer] > before;
        }

        private boolean receive(int peer) {
            boolean progress = false;
            int[] order = schedule.receives()[peer];
            while (received[peer] < order.length && take(order[received[peer]])) progress = true;
            return progress;
        }

        private boolean take(int index) {
            Move move = schedule.move(index);
            if (!isFree(move)) return false;
            if (move instanceof Move.Fold fold) return fold(index, fold);
            int peer = ((Move.Take) move).peer();
            float[] theirs = queues.get(peer).get(rank).pollFirst();
            if (theirs == null) return false;
            System.arraycopy(theirs, 0, vector, move.from(), theirs.length);
            received[peer]++;
            made[index] = true;
            return true;
        }

        /** All contributions in order, once all are there and nothing before them is to be taken from their ranks. */
        private boolean fold(int index, Move.Fold fold) {
            for (int peer : fold.order()) if (peer != rank && !isNext(peer, index)) return false;
            float[] sum = new float[fold.to() - fold.from()];
            boolean first = true;
            for (int peer : fold.order()) {
                float[] part = peer == rank
                        ? Arrays.copyOfRange(vector, fold.from(), fold.to())
                        : queues.get(peer).get(rank).removeFirst();
                if (first) System.arraycopy(part, 0, sum, 0, sum.length);
                else for (int i = 0; i < sum.length; i++) sum[i] += part[i];
                first = false;
                if (peer != rank) received[peer]++;
            }
            System.arraycopy(sum, 0, vector, fold.from(), sum.length);
            made[index] = true;
            return true;
        }

        private boolean isNext(int peer, int index) {
            int[] order = schedule.receives()[peer];
            return received[peer] < order.length
                    && order[received[peer]] == index
                    && !queues.get(peer).get(rank).isEmpty();
        }

        private boolean isFree(Move move) {
            for (int before : move.after()) if (!made[before]) return false;
            return true;
        }
    }
}
