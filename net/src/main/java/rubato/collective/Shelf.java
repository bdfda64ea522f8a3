package rubato.collective;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.plan.Algorithm;
import rubato.schedule.Schedule;

/** Schedules of the last operations, so that the next of the same kind and length makes none. */
final class Shelf {
    private static final int KEPT = 32;

    private record Entry(
            OperationKind kind, Algorithm algorithm, int length, int unit, int variant, Schedule schedule) {}

    private final @Nullable Entry[] entries = new Entry[KEPT];
    private int oldest;

    /** @param variant what else makes a difference: root, bucket, or up to where a vector goes whole */
    Schedule find(
            OperationKind kind, Algorithm algorithm, int length, int unit, int variant, Supplier<Schedule> otherwise) {
        Schedule held = held(kind, algorithm, length, unit, variant);
        if (held != null) return held;
        Schedule made = otherwise.get();
        entries[oldest] = new Entry(kind, algorithm, length, unit, variant, made);
        oldest = (oldest + 1) % KEPT;
        return made;
    }

    /** The schedule if it is here; this allocates nothing. */
    @Nullable
    Schedule held(OperationKind kind, Algorithm algorithm, int length, int unit, int variant) {
        for (Entry entry : entries) {
            if (entry != null
                    && entry.length == length
                    && entry.kind == kind
                    && entry.unit == unit
                    && entry.variant == variant
                    && entry.algorithm.equals(algorithm)) return entry.schedule;
        }
        return null;
    }
}
