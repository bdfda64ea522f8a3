package rubato.raft;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.IntFunction;
import rubato.disk.RealDisk;
import rubato.log.ReplicaPlace;
import rubato.log.ReplicatedLog;
import rubato.log.Replication;
import rubato.log.ReplicationEngine;
import rubato.net.Hub;

/** Replication by Raft on this machine's disk and clock, each replica on a thread of its own. */
public final class RaftEngine implements ReplicationEngine {
    @Override
    public Replication open(ReplicaPlace place, IntFunction<Optional<Address>> addresses) {
        return new RaftReplication(place, addresses);
    }

    private static final class RaftReplication implements Replication {
        private final ReplicaThread thread;
        private final PeerLinks links;
        private final RaftReplica replica;

        RaftReplication(ReplicaPlace place, IntFunction<Optional<Address>> addresses) {
            thread = new ReplicaThread("rubato-replica");
            links = new PeerLinks(place, addresses);
            replica = new RaftReplica(place, new RealDisk(), thread, links, new SecureRandom().nextLong());
        }

        @Override
        public ReplicatedLog log() {
            return replica;
        }

        @Override
        public void start(Hub hub, ReplicatedLog.Observer observer) {
            links.start(hub, replica);
            replica.start(observer);
        }

        @Override
        public boolean concerns(byte[] message) {
            return PeerLinks.isPeerMessage(message);
        }

        @Override
        public void received(Hub.Connection connection, byte[] message) {
            links.received(connection, message);
        }

        @Override
        public void closed(Hub.Connection connection) {
            links.closed(connection);
        }

        @Override
        public void close() {
            links.close();
            replica.close();
            thread.close();
        }
    }
}
