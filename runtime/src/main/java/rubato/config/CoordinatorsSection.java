package rubato.config;

import java.time.Duration;

/**
 * {@code coordinators}: who decides.
 *
 * @param count 1, or 3 that replicate the ledger
 * @param embedded one inside the launcher; otherwise each in a process of its own, started again when it dies
 * @param waitSeconds how long workers look for a coordinator that is gone
 */
public record CoordinatorsSection(int count, boolean embedded, double waitSeconds) {
    /** Whether the one coordinator there is runs inside the launcher. */
    public boolean insideLauncher() {
        return embedded && count == 1;
    }

    /** How long a worker looks for a coordinator that is gone or not there yet. */
    public Duration patience() {
        return Duration.ofMillis((long) (1000 * waitSeconds));
    }
}
