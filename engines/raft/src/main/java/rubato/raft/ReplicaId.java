package rubato.raft;

import io.microraft.RaftEndpoint;

/** Name of a replica: a small number, unique in its group. */
record ReplicaId(int number) implements RaftEndpoint {
    ReplicaId {
        if (number < 0) throw new IllegalArgumentException("replica number must be >= 0, was " + number);
    }

    static ReplicaId of(RaftEndpoint endpoint) {
        return (ReplicaId) endpoint;
    }

    @Override
    public Object getId() {
        return number;
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
