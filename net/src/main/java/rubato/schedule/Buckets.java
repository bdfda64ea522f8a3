package rubato.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How a vector that becomes ready from its end is cut. */
public final class Buckets {
    private Buckets() {}

    /**
     * The buckets of a vector in the order in which they go, which is from its end.
     *
     * @param bucket elements of each but the vector's last, at least
     * @param unit they are cut at multiples of it
     */
    public static List<Span> of(int length, int bucket, int unit) {
        int size = Math.max(1, bucket / unit) * unit;
        List<Span> buckets = new ArrayList<>();
        for (int from = 0; from < length; from += size) {
            buckets.add(new Span(from, (int) Math.min(length, (long) from + size)));
            if (length - from <= size) break;
        }
        Collections.reverse(buckets);
        return buckets;
    }
}
