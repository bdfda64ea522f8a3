package rubato.step;

import java.util.List;
import rubato.random.Mix64;

/** A digest of ranges in order: says that two ranks speak of the same positions. */
public final class RangeDigest {
    private RangeDigest() {}

    public static long of(List<Range> ranges) {
        long digest = ranges.size();
        for (Range range : ranges) {
            digest = Mix64.mix(digest, range.epoch());
            digest = Mix64.mix(digest, ((long) range.start() << 32) | range.count());
        }
        return digest;
    }
}
