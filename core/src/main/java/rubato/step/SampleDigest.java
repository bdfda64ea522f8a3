package rubato.step;

import java.util.List;
import rubato.random.Mix64;
import rubato.random.Permutation;

/** Σ mix64(epoch, sample id) over samples really fed: independent of order, wraps modulo 2^64. */
public final class SampleDigest {
    private SampleDigest() {}

    public static long of(long epoch, int sample) {
        return Mix64.mix(epoch, sample);
    }

    /** The digest of whole ranges of one epoch under its permutation. */
    public static long of(List<Range> ranges, Permutation permutation) {
        long sum = 0;
        for (Range range : ranges) {
            for (int at = range.start(); at < range.end(); at++) sum += of(range.epoch(), permutation.sampleAt(at));
        }
        return sum;
    }
}
