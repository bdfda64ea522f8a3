package rubato.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.world.World;

/**
 * What a coordinator starts from.
 *
 * @param software a worker must run the same
 * @param term this coordinator's term, one above any before it
 * @param workers how many workers the run wants, and the first generation waits for
 * @param min fewest that train
 * @param max most that train; more wait as standbys
 * @param standbys how many are started besides
 * @param last the world activated last, by an earlier coordinator; null in a new run
 * @param fingerprints what every member must agree on
 * @param config configuration handed to workers
 * @param joinSeconds deadline for the first members to join
 * @param waitSeconds longest pause for want of workers
 * @param expectsWorkers whether more may come when none is connected
 */
public record RunTerms(
        String software,
        long term,
        int workers,
        int min,
        int max,
        int standbys,
        @Nullable World last,
        List<ToCoordinator.Fingerprint> fingerprints,
        String config,
        double joinSeconds,
        double waitSeconds,
        boolean expectsWorkers) {
    public RunTerms {
        fingerprints = List.copyOf(fingerprints);
        if (min < 1 || min > max) throw new IllegalArgumentException("min must be 1.." + max + ", was " + min);
        if (workers < 1) throw new IllegalArgumentException("workers must be >= 1, was " + workers);
    }
}
