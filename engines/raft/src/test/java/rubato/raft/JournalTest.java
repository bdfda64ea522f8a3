package rubato.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.microraft.model.log.LogEntry;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;
import rubato.ledger.LedgerCopy;
import rubato.ledger.LedgerHead;
import rubato.random.SplitMix;
import rubato.testkit.FaultyDisk;

class JournalTest {
    private static final Path DIRECTORY = Path.of("/run/1/raft");
    private static final List<Integer> MEMBERS = List.of(0, 1, 2);
    private static final JournalRecord.Group GROUP = new JournalRecord.Group("run", 1, MEMBERS);
    private static final Models MODELS = new Models(MEMBERS);

    private final List<RubatoException> failures = new ArrayList<>();

    private Journal open(FaultyDisk disk) {
        return Journal.open(DIRECTORY, disk, GROUP, MODELS, failures::add);
    }

    private static LogEntry entry(long index, int term) {
        return MODELS.entry(index, term, new LogOp.Lead(0, index * 7));
    }

    private static void vote(Journal journal, int term, int vote) throws IOException {
        journal.persistAndFlushTerm(MODELS.make
                .createRaftTermPersistentStateBuilder()
                .setTerm(term)
                .setVotedFor(new ReplicaId(vote))
                .build());
    }

    private static @Nullable RestoredRaftState restored(Journal journal) throws IOException {
        return journal.restored(new Journal.Files() {
            @Override
            public boolean hold(LogState state) {
                return true;
            }

            @Override
            public List<LedgerCopy.Piece> pieces(LogState state) {
                return List.of();
            }
        });
    }

    private static void snapshot(Journal journal, long index, int term) throws IOException {
        LogState now = new LogState(LedgerHead.START, term);
        LogState.At at = new LogState.At(now, List.of(LogState.START));
        journal.persistSnapshotChunk(MODELS.chunk(index, term, at, 0, 1));
        journal.flush();
        journal.truncateLogEntriesUntil(index);
    }

    @Test
    void a_new_journal_has_nothing_to_restore() throws IOException {
        assertThat(restored(open(new FaultyDisk(1)))).isNull();
    }

    @Test
    void term_vote_and_flushed_entries_survive_a_power_cut_at_any_moment() throws IOException {
        for (long seed = 0; seed < 500; seed++) {
            SplitMix random = new SplitMix(seed);
            FaultyDisk disk = new FaultyDisk(seed);
            disk.createDirectories(DIRECTORY.getParent());
            open(disk).close();
            Journal journal = open(disk);
            disk.dieAfter(1 + random.nextInt(120));
            int term = 0;
            long last = 0;
            long flushed = 0;
            long committed = 0;
            int voted = 0;
            List<Integer> terms = new ArrayList<>(List.of(0));
            try {
                for (int step = 0; step < 200; step++) {
                    switch (random.nextInt(8)) {
                        case 0 -> {
                            vote(journal, term + 1, random.nextInt(3));
                            voted = ++term;
                        }
                        case 1 -> {
                            if (term > 0 && last > committed + 2) {
                                journal.flush();
                                flushed = last;
                                committed = last - 1;
                                snapshot(journal, committed, terms.get((int) committed));
                            }
                        }
                        case 2 -> {
                            if (last > committed + 1) {
                                flushed = Math.min(flushed, last - 1);
                                journal.truncateLogEntriesFrom(last);
                                terms.remove((int) last);
                                last--;
                            }
                        }
                        case 3, 4 -> {
                            journal.flush();
                            flushed = last;
                        }
                        default -> {
                            if (term == 0) break;
                            journal.persistLogEntries(List.of(entry(last + 1, term)));
                            terms.add(term);
                            last++;
                        }
                    }
                }
            } catch (IOException e) {
                assertThat(failures).as("seed %d", seed).isNotEmpty();
            }
            failures.clear();
            disk.cutPower();
            RestoredRaftState state = restored(open(disk));
            if (voted == 0) continue;
            assertThat(state).as("seed %d", seed).isNotNull();
            assertThat(state.getTermPersistentState().getTerm())
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(voted);
            List<LogEntry> entries = state.getLogEntries();
            long end = entries.isEmpty()
                    ? state.getSnapshotEntry() == null
                            ? 0
                            : state.getSnapshotEntry().getIndex()
                    : entries.get(entries.size() - 1).getIndex();
            assertThat(end).as("seed %d", seed).isGreaterThanOrEqualTo(flushed);
        }
    }

    @Test
    void a_snapshot_is_shown_one_entry_earlier_when_the_entries_around_it_are_kept() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        Journal journal = open(disk);
        vote(journal, 1, 1);
        for (long index = 1; index <= 10; index++) journal.persistLogEntries(List.of(entry(index, 1)));
        journal.flush();
        snapshot(journal, 8, 1);
        journal.close();
        RestoredRaftState state = restored(open(disk));
        assertThat(state.getSnapshotEntry().getIndex()).isEqualTo(7);
        assertThat(state.getLogEntries()).extracting(LogEntry::getIndex).containsExactly(7L, 8L, 9L, 10L);
    }

    @Test
    void of_a_log_that_a_snapshot_contradicts_nothing_is_left() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        Journal journal = open(disk);
        vote(journal, 1, 1);
        for (long index = 1; index <= 10; index++) journal.persistLogEntries(List.of(entry(index, 1)));
        assertThat(journal.wasContradicted()).isFalse();
        vote(journal, 2, 2);
        snapshot(journal, 8, 2);
        assertThat(journal.wasContradicted()).isTrue();
        journal.close();
        Journal again = open(disk);
        assertThat(again.wasContradicted()).isFalse();
        again.persistLogEntries(List.of(entry(9, 2)));
        again.flush();
        RestoredRaftState state = restored(again);
        assertThat(state.getSnapshotEntry().getIndex()).isEqualTo(8);
        assertThat(state.getSnapshotEntry().getTerm()).isEqualTo(2);
        assertThat(state.getLogEntries()).extracting(LogEntry::getIndex).containsExactly(9L);
    }

    @Test
    void a_journal_stays_small_over_many_snapshots() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        Journal journal = open(disk);
        vote(journal, 1, 1);
        for (long index = 1; index <= 10_000; index++) {
            journal.persistLogEntries(List.of(entry(index, 1)));
            journal.flush();
            if (index % 100 == 0) snapshot(journal, index, 1);
        }
        List<Path> files = disk.list(DIRECTORY);
        assertThat(files).hasSize(1);
        assertThat(disk.readAll(files.get(0), 1 << 20).limit()).isLessThan(1000);
    }

    @Test
    void after_a_failed_fsync_nothing_is_written_and_the_failure_is_told_once() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        Journal journal = open(disk);
        vote(journal, 1, 1);
        disk.failForceAfter(0);
        journal.persistLogEntries(List.of(entry(1, 1)));
        assertThatThrownBy(journal::flush).isInstanceOf(IOException.class);
        disk.failForceAfter(1000);
        assertThatThrownBy(journal::flush).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> vote(journal, 2, 2)).isInstanceOf(IOException.class);
        assertThat(failures).singleElement().asString().contains("cannot write journal /run/1/raft/00000001.journal");
    }

    @Test
    void a_changed_byte_before_something_durable_is_damage_not_a_torn_end() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        Journal journal = open(disk);
        vote(journal, 1, 1);
        vote(journal, 2, 2);
        journal.persistLogEntries(List.of(entry(1, 2)));
        journal.flush();
        Path file = disk.list(DIRECTORY).get(0);
        byte[] good = disk.readAll(file, 1 << 20).array();
        int noticed = 0;
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x40;
            disk.delete(file);
            disk.create(file).write(ByteBuffer.wrap(bad));
            try {
                RestoredRaftState state = restored(open(disk));
                assertThat(state.getTermPersistentState().getTerm())
                        .as("byte %d", at)
                        .isEqualTo(2);
            } catch (RubatoException e) {
                assertThat(e).hasMessageContaining(file.toString());
                noticed++;
            }
        }
        assertThat(noticed).isGreaterThan(good.length / 2);
    }

    @Test
    void the_journal_of_another_replica_is_refused() {
        FaultyDisk disk = new FaultyDisk(1);
        open(disk).close();
        JournalRecord.Group other = new JournalRecord.Group("run", 2, MEMBERS);
        assertThatThrownBy(() -> Journal.open(DIRECTORY, disk, other, MODELS, failures::add))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("belongs to coordinator 1 of [0, 1, 2] in run run");
    }
}
