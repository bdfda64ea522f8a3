package rubato.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Times of recovery from one kind of fault, ms; those faults that changed nothing are counted, not timed. */
record Recovery(FaultKind kind, int faults, List<Long> millis) {
    Recovery {
        List<Long> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        millis = List.copyOf(sorted);
    }

    /** Nearest rank. */
    long percentile(double fraction) {
        if (millis.isEmpty()) return 0;
        return millis.get((int) Math.max(0, Math.ceil(fraction * millis.size()) - 1));
    }
}
