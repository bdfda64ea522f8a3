package rubato.log;

import java.nio.file.Path;
import java.util.List;

/**
 * Which replica of which log, and where it lies.
 *
 * @param members ids of all replicas, this one included
 * @param directory of this replica alone
 */
public record ReplicaPlace(int self, List<Integer> members, String run, Path directory) {
    public ReplicaPlace {
        members = List.copyOf(members);
        if (!members.contains(self)) throw new IllegalArgumentException("replica " + self + " is none of " + members);
    }

    /** Where the ledger's files of this replica lie. */
    public Path ledger() {
        return directory.resolve("ledger");
    }
}
