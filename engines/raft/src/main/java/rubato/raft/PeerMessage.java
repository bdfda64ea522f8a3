package rubato.raft;

import java.util.List;

/** What replicas say to each other. Order of the permitted records is part of the format: append new ones at the end. */
sealed interface PeerMessage {
    int from();

    int term();

    record Logged(long index, int term, LogOp operation) {}

    record Entries(
            int from,
            int term,
            int previousTerm,
            long previousIndex,
            long committed,
            List<Logged> entries,
            long query,
            long flow)
            implements PeerMessage {}

    record Accepted(int from, int term, long lastIndex, long query, long flow) implements PeerMessage {}

    record Rejected(int from, int term, long expectedNext, long query, long flow) implements PeerMessage {}

    record PreVote(int from, int term, int lastTerm, long lastIndex) implements PeerMessage {}

    record PreVoted(int from, int term, boolean granted) implements PeerMessage {}

    record Vote(int from, int term, int lastTerm, long lastIndex, boolean sticky) implements PeerMessage {}

    record Voted(int from, int term, boolean granted) implements PeerMessage {}

    /** A part of a snapshot; none while it is only offered. {@code bytes} are those of a piece of the ledger's files. */
    record Chunk(int number, LogState.Part part, byte[] bytes) {}

    record Snapshot(
            int from,
            int term,
            boolean leader,
            int snapshotTerm,
            long snapshotIndex,
            int chunks,
            List<Chunk> chunk,
            List<Integer> holders,
            long query,
            long flow)
            implements PeerMessage {}

    record WantsChunk(int from, int term, long snapshotIndex, int chunk, long query, long flow)
            implements PeerMessage {}
}
