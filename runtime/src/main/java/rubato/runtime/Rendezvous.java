package rubato.runtime;

import java.time.Duration;

/** Where a worker finds its run's coordinator; asked anew whenever it looks for one. */
@FunctionalInterface
public interface Rendezvous {
    Duration USUAL_PATIENCE = Duration.ofSeconds(60);

    /** Where a coordinator listens, as far as it is known now. */
    Endpoint endpoint();

    /** How long to look for the first coordinator. */
    default Duration patience() {
        return USUAL_PATIENCE;
    }

    /**
     * Called when no coordinator was found at first.
     *
     * @throws rubato.error.RubatoException if none is to be expected
     */
    default void requireUnfinished() {}

    /** Told once, if it is to be waited for the first coordinator. */
    default void waiting(String line) {}
}
