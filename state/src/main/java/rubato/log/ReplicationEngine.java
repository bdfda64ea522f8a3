package rubato.log;

import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.IntFunction;
import rubato.error.RubatoException;

/** Makes replicas of a log over a consensus library; found on the class path. */
public interface ReplicationEngine {
    /** Where a replica listens. */
    record Address(String host, int port) {}

    /** @param addresses asked before every attempt to connect, for it may change when a replica is started again */
    Replication open(ReplicaPlace place, IntFunction<Optional<Address>> addresses);

    /** The one on the class path. */
    static ReplicationEngine find() {
        return ServiceLoader.load(ReplicationEngine.class)
                .findFirst()
                .orElseThrow(() -> RubatoException.usage("coordinators.count > 1 needs a replication engine")
                        .remedy("put rubato-raft on the class path"));
    }
}
