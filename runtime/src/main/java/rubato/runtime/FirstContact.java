package rubato.runtime;

import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import rubato.error.RubatoException;
import rubato.seam.Clock;

/**
 * A worker's search for its first coordinator: what fails because nobody is there yet is tried again until the patience is over,
 * counted from the first failure; whatever else fails, fails at once.
 */
final class FirstContact {
    private static final long PAUSE_NANOS = 200_000_000;

    private final Rendezvous rendezvous;
    private final Clock clock;
    private final LongConsumer pause;
    private final BooleanSupplier launched;
    private final BooleanSupplier orphaned;
    private long until;
    private boolean waiting;
    private boolean gaveWay;
    private volatile boolean stopped;

    /**
     * @param pause waits for so many nanoseconds
     * @param launched whether a launcher has started this worker: it knows whether the run has ended
     * @param orphaned whether that launcher has ended
     */
    FirstContact(
            Rendezvous rendezvous,
            Clock clock,
            LongConsumer pause,
            BooleanSupplier launched,
            BooleanSupplier orphaned) {
        this.rendezvous = rendezvous;
        this.clock = clock;
        this.pause = pause;
        this.launched = launched;
        this.orphaned = orphaned;
    }

    /** Gives up looking; from any thread. */
    void stop() {
        stopped = true;
    }

    /** Whether it ended because it was told to give up looking. */
    boolean gaveWay() {
        return gaveWay;
    }

    /** What the first attempt that finds a coordinator gives. */
    <T> T until(Supplier<T> attempt) {
        while (true) {
            try {
                return attempt.get();
            } catch (RubatoException e) {
                if (!e.mayPass()) throw e;
                awaitNext(e);
            }
        }
    }

    private void awaitNext(RubatoException nobody) {
        if (!waiting) begin(nobody);
        String why = String.valueOf(nobody.getMessage());
        if (stopped) {
            gaveWay = true;
            throw RubatoException.lost("terminated while it waited for a coordinator: " + why);
        }
        if (orphaned.getAsBoolean()) throw RubatoException.lost("the launcher is gone, and no coordinator: " + why);
        if (clock.nanos() - until >= 0) {
            RubatoException late = RubatoException.lost("no coordinator for " + seconds() + " s: " + why);
            throw nobody.remedy().map(late::remedy).orElse(late);
        }
        pause.accept(PAUSE_NANOS);
    }

    private void begin(RubatoException nobody) {
        if (!launched.getAsBoolean()) rendezvous.requireUnfinished();
        waiting = true;
        until = clock.nanos() + rendezvous.patience().toNanos();
        rendezvous.waiting("no coordinator yet (" + nobody.getMessage() + "): looking for one for up to " + seconds()
                + " s (coordinators.wait-seconds)");
    }

    private String seconds() {
        double seconds = rendezvous.patience().toMillis() * 1e-3;
        return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
    }
}
