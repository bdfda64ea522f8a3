package rubato.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import rubato.net.Route;
import rubato.world.WorkerId;

/**
 * What a worker process is started with.
 *
 * @param endpoint where a coordinator listens, read anew after each loss of the connection
 * @param standby joins only where others are missing
 * @param host where peers reach this worker; "": by {@code interfaces}
 * @param interfaces of this machine that it listens on; empty: as the run's configuration says
 * @param route by which it reaches the coordinator, and peers if {@code host} is given
 * @param runDirectory where rank 0 stores checkpoints and all read the one to start from
 * @param stepDeadline how long a collective waits for its slowest rank
 * @param orphaned whether the process that started this one has ended
 */
public record WorkerTerms(
        Supplier<Endpoint> endpoint,
        WorkerId id,
        boolean standby,
        String software,
        String host,
        List<String> interfaces,
        Route route,
        Path runDirectory,
        Path dataHome,
        Duration stepDeadline,
        BooleanSupplier orphaned) {}
