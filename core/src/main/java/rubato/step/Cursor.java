package rubato.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the run stands in its data: (epoch, next position, holes). Replicated on every worker; ranges that came back are
 * holes and are served first, ascending; a batch never spans epochs; an epoch ends with no hole left.
 */
public record Cursor(long epoch, int next, List<Range> holes) {
    public static final Cursor START = new Cursor(0, 0, List.of());

    public Cursor {
        if (epoch < 0 || next < 0) throw new IllegalArgumentException("cursor must be >= 0, was " + epoch + ":" + next);
        holes = List.copyOf(holes);
    }

    /** What one step takes: the ranges in order, the samples dropped before them (tail of an epoch), the cursor after. */
    public record Taken(List<Range> ranges, List<Range> dropped, Cursor after) {
        public Taken {
            ranges = List.copyOf(ranges);
            dropped = List.copyOf(dropped);
        }

        public int count() {
            return ranges.stream().mapToInt(Range::count).sum();
        }

        public long epoch() {
            return ranges.get(0).epoch();
        }
    }

    /** The next batch of at most {@code batch} samples; fewer only at the end of an epoch. */
    public Taken take(DataShape data, int batch) {
        if (batch <= 0 || batch > data.samples()) {
            throw new IllegalArgumentException("batch must be 1.." + data.samples() + ", was " + batch);
        }
        List<Range> dropped = new ArrayList<>();
        Cursor from = this;
        if (!data.keepLast() && left(data) < batch) {
            dropped.addAll(holes);
            if (next < data.samples()) dropped.add(new Range(epoch, next, data.samples() - next));
            from = new Cursor(epoch + 1, 0, List.of());
        }
        return from.takeHere(data, batch, dropped);
    }

    private Taken takeHere(DataShape data, int batch, List<Range> dropped) {
        List<Range> ranges = new ArrayList<>();
        List<Range> left = new ArrayList<>();
        int wanted = batch;
        for (Range hole : holes) {
            int served = Math.min(wanted, hole.count());
            if (served > 0) ranges.add(new Range(hole.epoch(), hole.start(), served));
            if (served < hole.count()) left.add(new Range(hole.epoch(), hole.start() + served, hole.count() - served));
            wanted -= served;
        }
        int fresh = Math.min(wanted, data.samples() - next);
        if (fresh > 0) ranges.add(new Range(epoch, next, fresh));
        boolean ended = left.isEmpty() && next + fresh == data.samples();
        Cursor after = ended ? new Cursor(epoch + 1, 0, List.of()) : new Cursor(epoch, next + fresh, left);
        return new Taken(ranges, dropped, after);
    }

    /** Samples of the current epoch not yet taken. */
    public int left(DataShape data) {
        return data.samples() - next + holes.stream().mapToInt(Range::count).sum();
    }

    /** Cuts consecutive ranges into one list per rank, {@code counts[rank]} samples each, in rank order. */
    public static List<List<Range>> split(List<Range> ranges, int[] counts) {
        int held = ranges.stream().mapToInt(Range::count).sum();
        int asked = Arrays.stream(counts).sum();
        if (asked > held) throw new IllegalArgumentException("counts must sum to <= " + held + ", was " + asked);
        List<List<Range>> parts = new ArrayList<>();
        int at = 0;
        int used = 0;
        for (int count : counts) {
            List<Range> part = new ArrayList<>();
            int wanted = count;
            while (wanted > 0) {
                Range range = ranges.get(at);
                int served = Math.min(wanted, range.count() - used);
                if (served > 0) part.add(new Range(range.epoch(), range.start() + used, served));
                wanted -= served;
                used += served;
                if (used == range.count()) {
                    at++;
                    used = 0;
                }
            }
            parts.add(part);
        }
        return parts;
    }
}
