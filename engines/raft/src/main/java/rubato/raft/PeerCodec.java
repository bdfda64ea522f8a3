package rubato.raft;

import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.InstallSnapshotResponse;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;
import io.microraft.model.message.VoteResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import rubato.codec.RecordCodec;
import rubato.ledger.LedgerCopy;

/** MicroRaft's messages as bytes and back, by explicit records: nothing is ever deserialized as an object. */
final class PeerCodec {
    static final String GROUP = "rubato";
    static final int MOST_BYTES = 48 << 20;
    private static final RecordCodec<PeerMessage> CODEC = RecordCodec.of(PeerMessage.class);
    private static final byte[] NONE = {};

    private final Models models;

    PeerCodec(Models models) {
        this.models = models;
    }

    /** Reads the bytes of a piece when its snapshot is sent. */
    interface Reader {
        byte[] read(LedgerCopy.Piece piece) throws IOException;
    }

    byte[] encode(RaftMessage message, Reader files) throws IOException {
        return CODEC.encode(record(message, files));
    }

    PeerMessage decode(byte[] bytes) {
        return CODEC.decode(bytes);
    }

    private static PeerMessage record(RaftMessage message, Reader files) throws IOException {
        int from = ReplicaId.of(message.getSender()).number();
        int term = message.getTerm();
        if (message instanceof AppendEntriesRequest m)
            return new PeerMessage.Entries(
                    from,
                    term,
                    m.getPreviousLogTerm(),
                    m.getPreviousLogIndex(),
                    m.getCommitIndex(),
                    logged(m.getLogEntries()),
                    m.getQuerySequenceNumber(),
                    m.getFlowControlSequenceNumber());
        if (message instanceof AppendEntriesSuccessResponse m)
            return new PeerMessage.Accepted(
                    from, term, m.getLastLogIndex(), m.getQuerySequenceNumber(), m.getFlowControlSequenceNumber());
        if (message instanceof AppendEntriesFailureResponse m)
            return new PeerMessage.Rejected(
                    from, term, m.getExpectedNextIndex(), m.getQuerySequenceNumber(), m.getFlowControlSequenceNumber());
        if (message instanceof PreVoteRequest m)
            return new PeerMessage.PreVote(from, term, m.getLastLogTerm(), m.getLastLogIndex());
        if (message instanceof PreVoteResponse m) return new PeerMessage.PreVoted(from, term, m.isGranted());
        if (message instanceof VoteRequest m)
            return new PeerMessage.Vote(from, term, m.getLastLogTerm(), m.getLastLogIndex(), m.isSticky());
        if (message instanceof VoteResponse m) return new PeerMessage.Voted(from, term, m.isGranted());
        if (message instanceof InstallSnapshotRequest m) return snapshot(from, term, m, files);
        if (message instanceof InstallSnapshotResponse m)
            return new PeerMessage.WantsChunk(
                    from,
                    term,
                    m.getSnapshotIndex(),
                    m.getRequestedSnapshotChunkIndex(),
                    m.getQuerySequenceNumber(),
                    m.getFlowControlSequenceNumber());
        throw new IllegalArgumentException("no encoding for " + message);
    }

    /** As many entries as fit into one message; the others follow when these were accepted. */
    private static List<PeerMessage.Logged> logged(List<LogEntry> entries) {
        List<PeerMessage.Logged> logged = new ArrayList<>();
        long bytes = 0;
        for (LogEntry entry : entries) {
            LogOp operation = (LogOp) entry.getOperation();
            bytes += size(operation);
            if (bytes > MOST_BYTES && !logged.isEmpty()) break;
            logged.add(new PeerMessage.Logged(entry.getIndex(), entry.getTerm(), operation));
        }
        return logged;
    }

    private static long size(LogOp operation) {
        if (!(operation instanceof LogOp.Append append)) return 64;
        return 64
                + append.entries().stream().mapToLong(entry -> entry.length + 4).sum();
    }

    private static PeerMessage snapshot(int from, int term, InstallSnapshotRequest m, Reader files) throws IOException {
        List<PeerMessage.Chunk> chunk = new ArrayList<>();
        SnapshotChunk sent = m.getSnapshotChunk();
        if (sent != null) {
            LogState.Part part = (LogState.Part) sent.getOperation();
            byte[] bytes = part instanceof LogState.Files piece ? files.read(piece.piece()) : NONE;
            chunk.add(new PeerMessage.Chunk(sent.getSnapshotChunkIndex(), part, bytes));
        }
        return new PeerMessage.Snapshot(
                from,
                term,
                m.isSenderLeader(),
                m.getSnapshotTerm(),
                m.getSnapshotIndex(),
                m.getTotalSnapshotChunkCount(),
                chunk,
                Models.numbers(m.getSnapshottedMembers()),
                m.getQuerySequenceNumber(),
                m.getFlowControlSequenceNumber());
    }

    RaftMessage message(PeerMessage record) {
        RaftEndpoint from = new ReplicaId(record.from());
        if (record instanceof PeerMessage.Entries m) return entries(from, m);
        if (record instanceof PeerMessage.Accepted m)
            return models.make
                    .createAppendEntriesSuccessResponseBuilder()
                    .setGroupId(GROUP)
                    .setSender(from)
                    .setTerm(m.term())
                    .setLastLogIndex(m.lastIndex())
                    .setQuerySequenceNumber(m.query())
                    .setFlowControlSequenceNumber(m.flow())
                    .build();
        if (record instanceof PeerMessage.Rejected m)
            return models.make
                    .createAppendEntriesFailureResponseBuilder()
                    .setGroupId(GROUP)
                    .setSender(from)
                    .setTerm(m.term())
                    .setExpectedNextIndex(m.expectedNext())
                    .setQuerySequenceNumber(m.query())
                    .setFlowControlSequenceNumber(m.flow())
                    .build();
        if (record instanceof PeerMessage.PreVote m)
            return models.make
                    .createPreVoteRequestBuilder()
                    .setGroupId(GROUP)
                    .setSender(from)
                    .setTerm(m.term())
                    .setLastLogTerm(m.lastTerm())
                    .setLastLogIndex(m.lastIndex())
                    .build();
        if (record instanceof PeerMessage.PreVoted m)
            return models.make
                    .createPreVoteResponseBuilder()
                    .setGroupId(GROUP)
                    .setSender(from)
                    .setTerm(m.term())
                    .setGranted(m.granted())
                    .build();
        if (record instanceof PeerMessage.Vote m)
            return models.make
                    .createVoteRequestBuilder()
                    .setGroupId(GROUP)
                    .setSender(from)
                    .setTerm(m.term())
                    .setLastLogTerm(m.lastTerm())
                    .setLastLogIndex(m.lastIndex())
                    .setSticky(m.sticky())
                    .build();
        if (record instanceof PeerMessage.Voted m)
            return models.make
                    .createVoteResponseBuilder()
                    .setGroupId(GROUP)
                    .setSender(from)
                    .setTerm(m.term())
                    .setGranted(m.granted())
                    .build();
        if (record instanceof PeerMessage.Snapshot m) return snapshot(from, m);
        PeerMessage.WantsChunk m = (PeerMessage.WantsChunk) record;
        return models.make
                .createInstallSnapshotResponseBuilder()
                .setGroupId(GROUP)
                .setSender(from)
                .setTerm(m.term())
                .setSnapshotIndex(m.snapshotIndex())
                .setRequestedSnapshotChunkIndex(m.chunk())
                .setQuerySequenceNumber(m.query())
                .setFlowControlSequenceNumber(m.flow())
                .build();
    }

    private RaftMessage entries(RaftEndpoint from, PeerMessage.Entries m) {
        List<LogEntry> entries = new ArrayList<>();
        for (PeerMessage.Logged entry : m.entries())
            entries.add(models.entry(entry.index(), entry.term(), entry.operation()));
        return models.make
                .createAppendEntriesRequestBuilder()
                .setGroupId(GROUP)
                .setSender(from)
                .setTerm(m.term())
                .setPreviousLogTerm(m.previousTerm())
                .setPreviousLogIndex(m.previousIndex())
                .setCommitIndex(m.committed())
                .setLogEntries(entries)
                .setQuerySequenceNumber(m.query())
                .setFlowControlSequenceNumber(m.flow())
                .build();
    }

    private RaftMessage snapshot(RaftEndpoint from, PeerMessage.Snapshot m) {
        SnapshotChunk chunk = null;
        for (PeerMessage.Chunk each : m.chunk())
            chunk = models.chunk(m.snapshotIndex(), m.snapshotTerm(), each.part(), each.number(), m.chunks());
        return models.make
                .createInstallSnapshotRequestBuilder()
                .setGroupId(GROUP)
                .setSender(from)
                .setTerm(m.term())
                .setSenderLeader(m.leader())
                .setSnapshotTerm(m.snapshotTerm())
                .setSnapshotIndex(m.snapshotIndex())
                .setTotalSnapshotChunkCount(m.chunks())
                .setSnapshotChunk(chunk)
                .setSnapshottedMembers(Models.endpoints(m.holders()))
                .setGroupMembersView(models.members())
                .setQuerySequenceNumber(m.query())
                .setFlowControlSequenceNumber(m.flow())
                .build();
    }
}
