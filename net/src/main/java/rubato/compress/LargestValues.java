package rubato.compress;

/**
 * Finds the k values of largest magnitude among sums that are made block by block. A threshold guessed from a sample leaves few
 * candidates, among which the choice is exact; a wrong guess costs another pass and changes nothing.
 */
final class LargestValues {
    private static final int SAMPLE = 1024;
    private static final int BLOCK = 4096;

    private final Loops loops;
    private final int[] sample = new int[SAMPLE];
    private final int[] scratch = new int[SAMPLE];
    private int[] candidates = new int[0];
    private int[] magnitudes = new int[0];

    LargestValues(Loops loops) {
        this.loops = loops;
    }

    /**
     * Makes {@code sum = a + b} and {@code a = 0}, and finds the k largest magnitudes of the sum.
     *
     * @return an array that begins with k ascending indices; valid until the next call
     */
    int[] ofSum(float[] a, float[] b, float[] sum, int length, int k) {
        int sampled = sample(a, b, length);
        long rank = (long) sampled * k / Math.max(1, length);
        long guess = rank + 3 * (long) Math.sqrt(rank) + 4;
        if (candidates.length < k) candidates = new int[Math.min(length, 2 * k + BLOCK)];
        int found = addAndFind(a, b, sum, length, threshold(sampled, guess));
        while (found < k || found > candidates.length) {
            if (found < k) guess *= 4;
            else candidates = new int[found];
            found = loops.indicesFrom(threshold(sampled, guess), sum, 0, length, candidates, 0);
        }
        return choose(sum, found, k);
    }

    private int sample(float[] a, float[] b, int length) {
        int count = Math.min(SAMPLE, length);
        for (int i = 0; i < count; i++) {
            int at = (int) ((long) length * i / count);
            sample[i] = magnitude(a[at] + b[at]);
        }
        return count;
    }

    /** The magnitude that so many of the sample reach; 0 if all must. */
    private int threshold(int sampled, long wanted) {
        if (wanted >= sampled) return 0;
        System.arraycopy(sample, 0, scratch, 0, sampled);
        return Selection.kthLargest(scratch, sampled, (int) wanted);
    }

    private int addAndFind(float[] a, float[] b, float[] sum, int length, int threshold) {
        int found = 0;
        for (int from = 0; from < length; from += BLOCK) {
            int to = Math.min(length, from + BLOCK);
            loops.add(a, b, sum, from, to - from);
            java.util.Arrays.fill(a, from, to, 0f);
            found = loops.indicesFrom(threshold, sum, from, to, candidates, found);
        }
        return found;
    }

    private int[] choose(float[] values, int found, int k) {
        if (found == k) return candidates;
        int least = kthLargest(values, found, k);
        int above = 0;
        for (int i = 0; i < found; i++) if (magnitude(values[candidates[i]]) > least) above++;
        int equal = k - above;
        int kept = 0;
        for (int i = 0; i < found && kept < k; i++) {
            int magnitude = magnitude(values[candidates[i]]);
            if (magnitude < least || magnitude == least && equal-- <= 0) continue;
            candidates[kept++] = candidates[i];
        }
        return candidates;
    }

    private int kthLargest(float[] values, int found, int k) {
        if (magnitudes.length < found) magnitudes = new int[candidates.length];
        for (int i = 0; i < found; i++) magnitudes[i] = magnitude(values[candidates[i]]);
        return Selection.kthLargest(magnitudes, found, k);
    }

    private static int magnitude(float value) {
        return Float.floatToRawIntBits(value) & 0x7FFF_FFFF;
    }
}
