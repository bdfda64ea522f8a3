package rubato.raft;

import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes MicroRaft's values for a group whose members never change. */
final class Models {
    final RaftModelFactory make = new DefaultRaftModelFactory();
    private final RaftGroupMembersView members;

    Models(List<Integer> members) {
        List<RaftEndpoint> all = new ArrayList<>();
        for (int member : members) all.add(new ReplicaId(member));
        this.members = make.createRaftGroupMembersViewBuilder()
                .setLogIndex(0)
                .setMembers(all)
                .setVotingMembers(all)
                .build();
    }

    RaftGroupMembersView members() {
        return members;
    }

    LogEntry entry(long index, int term, LogOp operation) {
        return make.createLogEntryBuilder()
                .setIndex(index)
                .setTerm(term)
                .setOperation(operation)
                .build();
    }

    SnapshotChunk chunk(long index, int term, LogState.Part part, int number, int count) {
        return make.createSnapshotChunkBuilder()
                .setIndex(index)
                .setTerm(term)
                .setOperation(part)
                .setSnapshotChunkIndex(number)
                .setSnapshotChunkCount(count)
                .setGroupMembersView(members)
                .build();
    }

    SnapshotEntry snapshot(long index, int term, List<? extends LogState.Part> parts) {
        List<SnapshotChunk> chunks = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) chunks.add(chunk(index, term, parts.get(i), i, parts.size()));
        return make.createSnapshotEntryBuilder()
                .setIndex(index)
                .setTerm(term)
                .setSnapshotChunks(chunks)
                .setGroupMembersView(members)
                .build();
    }

    static List<Integer> numbers(Iterable<RaftEndpoint> endpoints) {
        Set<Integer> numbers = new TreeSet<>();
        for (RaftEndpoint endpoint : endpoints)
            numbers.add(ReplicaId.of(endpoint).number());
        return List.copyOf(numbers);
    }

    static List<RaftEndpoint> endpoints(List<Integer> numbers) {
        List<RaftEndpoint> endpoints = new ArrayList<>();
        for (int number : numbers) endpoints.add(new ReplicaId(number));
        return endpoints;
    }
}
