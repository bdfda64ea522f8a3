package rubato.collective;

import java.util.ArrayList;
import java.util.List;

/** The last operations of one set of links and the totals of all: what ran, how long, and whom it waited for. Any thread. */
final class FlightRecorder {
    private static final int KEPT = 64;
    private static final OperationKind[] KINDS = OperationKind.values();

    /** Guards everything below. */
    private final Object lock = new Object();

    private final long[] sequences = new long[KEPT];
    private final OperationKind[] kinds = new OperationKind[KEPT];
    private final long[] bytes = new long[KEPT];
    private final long[] nanos = new long[KEPT];
    private final long[] callsOfKind = new long[KINDS.length];
    private final long[] bytesOfKind = new long[KINDS.length];
    private final long[] nanosOfKind = new long[KINDS.length];
    private final long[] waitNanos;
    private long begun;

    FlightRecorder(int ranks) {
        waitNanos = new long[ranks];
    }

    void begin(long sequence, OperationKind kind, long size) {
        synchronized (lock) {
            int at = (int) (begun++ % KEPT);
            sequences[at] = sequence;
            kinds[at] = kind;
            bytes[at] = size;
            nanos[at] = -1;
        }
    }

    /** @param links none at the own rank */
    void end(long start, long now, Link[] links, int[] members) {
        synchronized (lock) {
            int at = (int) ((begun - 1) % KEPT);
            nanos[at] = now - start;
            int kind = kinds[at].ordinal();
            callsOfKind[kind]++;
            bytesOfKind[kind] += bytes[at];
            nanosOfKind[kind] += now - start;
            for (int peer : members) {
                Link link = links[peer];
                if (link != null) waitNanos[peer] += Math.max(0, link.enteredNanos - start);
            }
        }
    }

    Usage usage() {
        synchronized (lock) {
            List<Usage.Operations> operations = new ArrayList<>();
            for (OperationKind kind : KINDS) {
                int i = kind.ordinal();
                if (callsOfKind[i] > 0)
                    operations.add(new Usage.Operations(kind.name(), callsOfKind[i], bytesOfKind[i], nanosOfKind[i]));
            }
            return new Usage(operations, waitNanos.clone());
        }
    }

    /** One line per operation, oldest first. */
    List<String> lines() {
        synchronized (lock) {
            List<String> lines = new ArrayList<>();
            for (long i = Math.max(0, begun - KEPT); i < begun; i++) {
                int at = (int) (i % KEPT);
                String outcome = nanos[at] < 0 ? "not finished" : nanos[at] / 1000 + " us";
                lines.add("#" + sequences[at] + " " + kinds[at] + " " + bytes[at] + " bytes: " + outcome);
            }
            return lines;
        }
    }
}
