package rubato.observe.chart;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A curve of any length in bounded memory: neighbouring points are merged two by two when there are too many, and each merged point keeps its
 * lowest and highest value, so that no peak is lost. Points come in the order of their step; values beyond 1e100 or not finite are left out.
 */
public final class Series {
    /** How it is drawn. */
    public enum Kind {
        /** Mean as a line, lowest to highest as a band. */
        LINE,
        /** A value that holds until the next one. */
        STEPS,
        /** Few points, each marked, joined by a line. */
        MARKS
    }

    static final int BUCKETS = 240;
    /** Diverged values, which no axis holds, end here. */
    private static final double BEYOND = 1e100;

    private final String name;
    private final Kind kind;
    private final int colour;
    private final List<Bucket> full = new ArrayList<>(BUCKETS);
    private @Nullable Bucket open;
    private long perBucket = 1;

    public Series(String name, Kind kind, int colour) {
        this.name = name;
        this.kind = kind;
        this.colour = colour;
    }

    public void add(long step, double seconds, double value) {
        if (!(Math.abs(value) < BEYOND)) return;
        Bucket point = Bucket.of((double) step, seconds, value);
        Bucket grown = open == null ? point : open.plus(point);
        open = grown;
        if (grown.count() < perBucket) return;
        full.add(grown);
        open = null;
        if (full.size() == BUCKETS) halve();
    }

    private void halve() {
        List<Bucket> pairs = new ArrayList<>(BUCKETS);
        for (int i = 0; i + 1 < full.size(); i += 2) pairs.add(full.get(i).plus(full.get(i + 1)));
        full.clear();
        full.addAll(pairs);
        perBucket *= 2;
    }

    List<Bucket> buckets() {
        List<Bucket> all = new ArrayList<>(full);
        if (open != null) all.add(open);
        return all;
    }

    public boolean isEmpty() {
        return full.isEmpty() && open == null;
    }

    public double min() {
        return buckets().stream().mapToDouble(Bucket::min).min().orElse(Double.NaN);
    }

    public double max() {
        return buckets().stream().mapToDouble(Bucket::max).max().orElse(Double.NaN);
    }

    String name() {
        return name;
    }

    Kind kind() {
        return kind;
    }

    int colour() {
        return colour;
    }
}
