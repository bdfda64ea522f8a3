package rubato.collective;

/** Adds what the ranks contributed, element by element, always in the order of ranks 0, 1, 2, .. */
final class RankOrderSum {
    private static final int BLOCK = 4096;

    private final float[] below = new float[BLOCK];
    private final float[] other = new float[BLOCK];

    /** {@code vector[from + i] = ((x0[i] + x1[i]) + ..)} for i in 0 .. count, with {@code vector} holding this rank's x. */
    void add(float[] vector, int from, int count, int rank, Inbox[] inboxes) {
        for (int done = 0; done < count; done += BLOCK)
            addBlock(vector, from + done, done, Math.min(BLOCK, count - done), rank, inboxes);
    }

    private void addBlock(float[] vector, int from, int offset, int count, int rank, Inbox[] inboxes) {
        if (rank > 0) {
            inboxes[0].peek(offset, below, count);
            for (int peer = 1; peer < rank; peer++) {
                inboxes[peer].peek(offset, other, count);
                plus(below, other, 0, count);
            }
            plusBelow(vector, from, count);
        }
        for (int peer = rank + 1; peer < inboxes.length; peer++) {
            inboxes[peer].peek(offset, other, count);
            plus(vector, other, from, count);
        }
    }

    private void plusBelow(float[] vector, int from, int count) {
        float[] x = below;
        for (int i = 0; i < count; i++) vector[from + i] = x[i] + vector[from + i];
    }

    private static void plus(float[] sum, float[] x, int from, int count) {
        for (int i = 0; i < count; i++) sum[from + i] += x[i];
    }
}
