package rubato.compress;

import java.util.Arrays;

/**
 * Finds the k values of largest magnitude. A threshold guessed from a sample leaves few candidates, among which the choice is
 * exact; a wrong guess costs another pass and changes nothing.
 */
final class LargestValues {
    private static final int SAMPLE = 4096;

    private final Loops loops;
    private final int[] sample = new int[SAMPLE];
    private int[] candidates = new int[0];
    private int[] magnitudes = new int[0];

    LargestValues(Loops loops) {
        this.loops = loops;
    }

    /** @return an array that begins with k ascending indices; valid until the next call */
    int[] of(float[] values, int length, int k) {
        int sampled = sample(values, length);
        long rank = (long) sampled * k / Math.max(1, length);
        for (long guess = rank + 3 * (long) Math.sqrt(rank) + 4; ; guess *= 4) {
            int threshold = guess >= sampled ? 0 : sample[(int) (sampled - guess)];
            int found = candidates(values, length, threshold, k);
            if (found >= k) return choose(values, found, k);
        }
    }

    private int sample(float[] values, int length) {
        int count = Math.min(SAMPLE, length);
        for (int i = 0; i < count; i++) sample[i] = magnitude(values[(int) ((long) length * i / count)]);
        Arrays.sort(sample, 0, count);
        return count;
    }

    private int candidates(float[] values, int length, int threshold, int k) {
        if (candidates.length < k) candidates = new int[Math.min(length, 2 * k + SAMPLE)];
        while (true) {
            int found = loops.indicesFrom(threshold, values, length, candidates);
            if (found <= candidates.length) return found;
            candidates = new int[Math.min(length, found)];
        }
    }

    private int[] choose(float[] values, int found, int k) {
        if (found == k) return candidates;
        if (magnitudes.length < found) magnitudes = new int[found];
        for (int i = 0; i < found; i++) magnitudes[i] = magnitude(values[candidates[i]]);
        int least = Selection.kthLargest(magnitudes.clone(), found, k);
        int above = 0;
        for (int i = 0; i < found; i++) if (magnitudes[i] > least) above++;
        int equal = k - above;
        int kept = 0;
        for (int i = 0; i < found && kept < k; i++) {
            if (magnitudes[i] < least || magnitudes[i] == least && equal-- <= 0) continue;
            candidates[kept++] = candidates[i];
        }
        return candidates;
    }

    private static int magnitude(float value) {
        return Float.floatToRawIntBits(value) & 0x7FFF_FFFF;
    }
}
