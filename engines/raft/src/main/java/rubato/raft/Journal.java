package rubato.raft;

import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStore;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.disk.DiskFile;
import rubato.error.RubatoException;
import rubato.ledger.LedgerCopy;

/**
 * A replica's term, vote, log and snapshot in one append-only file, so that one fsync makes all of them durable. At every
 * snapshot a new file begins with what is still needed; it takes the old one's place once it is whole on disk. The first
 * failure of the disk ends the replica: nothing is written and nothing said to others after it. One thread.
 */
final class Journal implements RaftStore, AutoCloseable {
    private static final String TEMPORARY = "next.tmp";
    private static final int MAX_BYTES = 1 << 30;

    /** The replica's directory, the one of all replicas, the run's, and where that lies. */
    private static final int LEVELS = 4;

    private final Path directory;
    private final Disk disk;
    private final Models models;
    private final Consumer<RubatoException> failed;
    private final JournalState state;
    private final Map<Integer, SnapshotChunk> chunks = new TreeMap<>();
    private int number;
    private DiskFile out;
    private long written;
    private long durable;
    private boolean dirty;
    private boolean broken;
    private boolean contradicted;

    private Journal(
            Path directory,
            Disk disk,
            Models models,
            Consumer<RubatoException> failed,
            JournalState state,
            int number,
            DiskFile out,
            long written) {
        this.directory = directory;
        this.disk = disk;
        this.models = models;
        this.failed = failed;
        this.state = state;
        this.number = number;
        this.out = out;
        this.written = written;
        this.durable = written;
    }

    /** Opens the journal of a replica, or begins one. */
    static Journal open(
            Path directory, Disk disk, JournalRecord.Group group, Models models, Consumer<RubatoException> failed) {
        try {
            disk.createDirectories(directory);
            disk.delete(directory.resolve(TEMPORARY));
            List<Path> found = disk.list(directory).stream()
                    .filter(path -> path.getFileName().toString().endsWith(".journal"))
                    .toList();
            return found.isEmpty()
                    ? fresh(directory, disk, group, models, failed)
                    : again(directory, disk, group, models, failed, found);
        } catch (IOException e) {
            throw DiskErrors.failed("open journal", directory, e);
        }
    }

    private static Journal fresh(
            Path directory, Disk disk, JournalRecord.Group group, Models models, Consumer<RubatoException> failed)
            throws IOException {
        JournalState state = new JournalState(group);
        forceNames(disk, directory);
        DiskFile out = begin(directory, disk, 1, state.records());
        return new Journal(
                directory, disk, models, failed, state, 1, out, state.records().size());
    }

    /** The names of the directories above, some of which may be new, up to the one the run lies in. */
    private static void forceNames(Disk disk, Path directory) throws IOException {
        Path at = directory.toAbsolutePath().getParent();
        for (int level = 0; level < LEVELS && at != null; level++) {
            try {
                disk.forceDirectory(at);
            } catch (AccessDeniedException e) {
                return; // not ours to read, so whoever made what lies there forces it
            }
            at = at.getParent();
        }
    }

    private static Journal again(
            Path directory,
            Disk disk,
            JournalRecord.Group group,
            Models models,
            Consumer<RubatoException> failed,
            List<Path> found)
            throws IOException {
        Path newest = found.get(found.size() - 1);
        JournalFile.Read read = JournalFile.read(newest, disk.readAll(newest, MAX_BYTES));
        JournalState state = new JournalState(group);
        for (JournalRecord record : read.records()) state.apply(record);
        state.requireGroup(group, newest);
        for (Path older : found.subList(0, found.size() - 1)) disk.delete(older);
        DiskFile out = disk.append(newest, read.wholeBytes());
        out.force();
        disk.forceDirectory(directory);
        int number = Integer.parseInt(newest.getFileName().toString().substring(0, 8));
        return new Journal(
                directory,
                disk,
                models,
                failed,
                state,
                number,
                out,
                read.records().size());
    }

    private static DiskFile begin(Path directory, Disk disk, int number, List<JournalRecord> records)
            throws IOException {
        Path temporary = directory.resolve(TEMPORARY);
        disk.delete(temporary);
        DiskFile out = disk.create(temporary);
        out.write(ByteBuffer.wrap(JournalFile.MAGIC));
        out.write(JournalFile.encode(records, 0));
        out.force();
        disk.move(temporary, directory.resolve(name(number)));
        disk.forceDirectory(directory);
        return out;
    }

    private static String name(int number) {
        return String.format("%08d.journal", number);
    }

    /** What MicroRaft starts from; null the first time.  */
    @Nullable
    RestoredRaftState restored(Files files) throws IOException {
        JournalRecord.Term term = state.term();
        if (term == null && state.entries().isEmpty() && state.snapshot() == null) return null;
        return new RestoredRaftState(
                models.make
                        .createRaftEndpointPersistentStateBuilder()
                        .setLocalEndpoint(new ReplicaId(state.group().self()))
                        .setVoting(true)
                        .build(),
                models.members(),
                models.make
                        .createRaftTermPersistentStateBuilder()
                        .setTerm(term == null ? 0 : term.term())
                        .setVotedFor(term == null || term.vote() < 0 ? null : new ReplicaId(term.vote()))
                        .build(),
                snapshotEntry(files),
                state.entries());
    }

    /**
     * The snapshot, one entry earlier where that can be: MicroRaft 0.7 cannot compare the entry a restored snapshot ends
     * with, so a log of nothing but a snapshot and entries another leader never had would never be put right (fixed
     * after 0.7 by commit d300e13).
     */
    private @Nullable SnapshotEntry snapshotEntry(Files files) throws IOException {
        JournalRecord.Snapshot kept = state.snapshot();
        if (kept == null) return null;
        if (!state.canStepBack() || !files.hold(kept.state().before().get(0)))
            return models.snapshot(kept.index(), kept.term(), parts(kept.state(), kept.pieces()));
        LogState before = kept.state().before().get(0);
        LogState.At at = new LogState.At(before, List.of());
        return models.snapshot(kept.index() - 1, kept.termBefore(), parts(at, files.pieces(before)));
    }

    /** The ledger's files a state stands on. */
    interface Files {
        boolean hold(LogState state);

        List<LedgerCopy.Piece> pieces(LogState state) throws IOException;
    }

    private static List<LogState.Part> parts(LogState.At at, List<LedgerCopy.Piece> pieces) {
        List<LogState.Part> parts = new ArrayList<>();
        parts.add(at);
        for (LedgerCopy.Piece piece : pieces) parts.add(new LogState.Files(piece));
        return parts;
    }

    /** Index of the newest snapshot, 0 if there is none. */
    long snapshotIndex() {
        JournalRecord.Snapshot snapshot = state.snapshot();
        return snapshot == null ? 0 : snapshot.index();
    }

    /** Whether opening it again would let a log be put right that MicroRaft cannot put right as it is. */
    boolean canStepBack() {
        return state.canStepBack();
    }

    /**
     * Whether a snapshot has come that the log contradicted, of which nothing is left here. MicroRaft 0.7 keeps what followed in
     * its own log and would vote by it: it must begin again from this journal.
     */
    boolean wasContradicted() {
        return contradicted;
    }

    @Override
    public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState self) {
        // part of the journal's first record
    }

    @Override
    public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members) {
        // part of the journal's first record
    }

    @Override
    public void persistAndFlushTerm(RaftTermPersistentState persisted) throws IOException {
        RaftEndpoint vote = persisted.getVotedFor();
        JournalRecord.Term term = new JournalRecord.Term(
                persisted.getTerm(), vote == null ? -1 : ReplicaId.of(vote).number());
        if (term.equals(state.term())) return;
        write(List.of(term));
        flush();
    }

    @Override
    public void persistLogEntries(List<LogEntry> entries) throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        for (LogEntry entry : entries)
            records.add(new JournalRecord.Logged(entry.getIndex(), entry.getTerm(), (LogOp) entry.getOperation()));
        write(records);
    }

    @Override
    public void truncateLogEntriesFrom(long index) throws IOException {
        write(List.of(new JournalRecord.Cut(index)));
    }

    @Override
    public void persistSnapshotChunk(SnapshotChunk chunk) throws IOException {
        if (!chunks.isEmpty() && chunks.values().iterator().next().getIndex() != chunk.getIndex()) chunks.clear();
        chunks.put(chunk.getSnapshotChunkIndex(), chunk);
        if (chunks.size() < chunk.getSnapshotChunkCount()) return;
        List<LedgerCopy.Piece> pieces = new ArrayList<>();
        LogState.At at = null;
        for (SnapshotChunk each : chunks.values()) {
            if (each.getOperation() instanceof LogState.Files files) pieces.add(files.piece());
            else at = (LogState.At) each.getOperation();
        }
        chunks.clear();
        if (at == null) throw new IOException("a snapshot without state");
        int before = state.termOf(chunk.getIndex() - 1);
        JournalRecord.Snapshot snapshot =
                new JournalRecord.Snapshot(chunk.getIndex(), chunk.getTerm(), before, at, pieces);
        contradicted |= state.contradicts(snapshot);
        write(List.of(snapshot));
    }

    @Override
    public void deleteSnapshotChunks(long index, int count) {
        chunks.clear();
    }

    @Override
    public void truncateLogEntriesUntil(long index) throws IOException {
        guarded(() -> {
            state.forgetUntil(index);
            List<JournalRecord> records = state.records();
            DiskFile next = begin(directory, disk, number + 1, records);
            out.close();
            out = next;
            disk.delete(directory.resolve(name(number)));
            number++;
            written = records.size();
            durable = written;
            dirty = false;
        });
    }

    @Override
    public void flush() throws IOException {
        if (!dirty) return;
        guarded(() -> {
            out.force();
            durable = written;
            dirty = false;
        });
    }

    private void write(List<? extends JournalRecord> records) throws IOException {
        guarded(() -> {
            out.write(JournalFile.encode(records, durable));
            dirty = true;
            written += records.size();
            for (JournalRecord record : records) state.apply(record);
        });
    }

    /** Work on the disk. */
    private interface DiskWork {
        void run() throws IOException;
    }

    private void guarded(DiskWork work) throws IOException {
        if (broken) throw new IOException("the journal failed before");
        try {
            work.run();
        } catch (IOException e) {
            broken = true;
            failed.accept(DiskErrors.failed("write journal", directory.resolve(name(number)), e));
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            return; // what counts was forced
        }
    }
}
