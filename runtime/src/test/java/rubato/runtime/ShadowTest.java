package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.codec.RecordCodec;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerImage;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;
import rubato.protocol.RunStatus;
import rubato.random.SplitMix;

/** A follower's accounts beside those read from the ledger of a real run. */
@Tag("process")
@Timeout(120)
class ShadowTest {
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);

    @TempDir
    static Path home = Path.of("");

    private static @Nullable RunConfig keepsTwo;
    private static @Nullable RunConfig keepsAll;
    private static @Nullable Split data;
    private static @Nullable LedgerImage run;

    /** A replica's files: a ledger of which so many entries are written. */
    private final class Files {
        final List<Positioned> history = new ArrayList<>(run.entries());
        final RunConfig config;
        final Semaphore begun = new Semaphore(0);
        final Semaphore mayRead = new Semaphore(Integer.MAX_VALUE);
        volatile int written;
        volatile int reads;
        volatile @Nullable RubatoException damage;

        Files(RunConfig config) {
            this.config = config;
        }

        Inherited read() {
            int end = written;
            begun.release();
            mayRead.acquireUninterruptibly();
            mayRead.release();
            reads++;
            if (damage != null) throw damage;
            return read(end);
        }

        Inherited read(int count) {
            return Inherited.of(new LedgerImage(history.subList(0, count), run.scan()), config, data);
        }
    }

    private Files files = new Files(keepsAll);
    private Shadow shadow = new Shadow(() -> files.read());

    @BeforeAll
    static void aRealRun() throws IOException {
        Jobs jobs = new Jobs(home);
        keepsTwo = jobs.config("workers.count=2", "checkpoint.every-steps=20", "checkpoint.keep=2");
        keepsAll = jobs.config("workers.count=2", "checkpoint.every-steps=20", "checkpoint.keep=1000");
        jobs.run(keepsTwo, "run");
        data = Setup.data(keepsTwo, home.resolve("data"), line -> {});
        run = LedgerReader.read(home.resolve("run").resolve("ledger"));
        assertThat(run.checkpoints()).hasSizeGreaterThan(4);
    }

    private void anew(RunConfig config) {
        shadow.close();
        files = new Files(config);
        shadow = new Shadow(() -> files.read());
    }

    @AfterEach
    void close() {
        shadow.close();
    }

    private void follow() {
        files.begun.drainPermits();
        shadow.follow();
        files.begun.acquireUninterruptibly();
    }

    private int all() {
        return files.history.size();
    }

    /** Entries are in the files, and then the shadow is told. */
    private void commit(int first, int end) {
        files.written = Math.max(files.written, end);
        tell(first, end);
    }

    private void tell(int first, int end) {
        List<byte[]> entries = files.history.subList(first, end).stream()
                .map(at -> CODEC.encode(at.entry()))
                .toList();
        shadow.committed(first, entries);
    }

    private void commitInBatches(int end, SplitMix random) {
        for (int at = 0; at < end; ) {
            int next = Math.min(end, at + 1 + random.nextInt(9));
            commit(at, next);
            at = next;
        }
    }

    private void append(Entry entry) {
        Positioned last = files.history.get(all() - 1);
        files.history.add(new Positioned(last.file(), last.offset() + 1, last.index() + 1, entry, 0));
    }

    private static void assertSame(Inherited given, Inherited read) {
        assertThat(given)
                .usingRecursiveComparison()
                .ignoringFields("config", "data")
                .isEqualTo(read);
    }

    @Test
    void entries_taken_as_they_come_lead_to_what_reading_the_ledger_leads_to() {
        SplitMix random = new SplitMix(7);
        for (int end = 1; end <= all(); end += 1 + random.nextInt(20)) {
            anew(keepsAll);
            follow();
            commitInBatches(end, random);
            Inherited given = shadow.upTo(end).orElseThrow();
            assertSame(given, files.read(end));
            assertThat(given.count()).isEqualTo(end);
            assertThat(files.reads).isEqualTo(1);
        }
    }

    @Test
    void a_ledger_followed_to_its_end_is_finished_and_one_that_holds_nothing_is_not() {
        follow();
        commit(0, all());
        assertThat(shadow.upTo(all()).orElseThrow().finished()).isTrue();
        anew(keepsAll);
        follow();
        Inherited nothing = shadow.upTo(0).orElseThrow();
        assertThat(nothing.count()).isZero();
        assertThat(nothing.finished()).isFalse();
    }

    @Test
    void steps_before_the_checkpoints_kept_are_let_go_and_after_the_next_checkpoint_nothing_tells_it_from_reading() {
        anew(keepsTwo);
        follow();
        commitInBatches(all(), new SplitMix(3));
        Inherited given = shadow.upTo(all()).orElseThrow();
        Inherited read = files.read(all());
        assertThat(given.accounts().committed()).isEqualTo(read.accounts().committed());
        assertThat(given.accounts().checkpoints()).isEqualTo(read.accounts().checkpoints());
        Entry.Checkpoint next = new Entry.Checkpoint(
                given.accounts().committed().step(),
                given.accounts().committed().hash(),
                "next",
                "");
        given.add(next);
        read.add(next);
        assertSame(given, read);
    }

    @Test
    void what_is_told_again_counts_once() {
        follow();
        commit(0, 40);
        commit(0, 40);
        commit(10, 30);
        commit(20, 60);
        commit(59, 60);
        assertSame(shadow.upTo(60).orElseThrow(), files.read(60));
        assertThat(files.reads).isEqualTo(1);
    }

    @Test
    void what_it_missed_is_read_from_the_files_once() {
        follow();
        commit(0, 20);
        commit(50, 60);
        commit(60, 70);
        assertSame(shadow.upTo(70).orElseThrow(), files.read(70));
        assertThat(files.reads).isEqualTo(2);
    }

    @Test
    void one_that_begins_to_follow_late_has_what_was_before() {
        commit(0, 50);
        follow();
        commit(50, 60);
        assertSame(shadow.upTo(60).orElseThrow(), files.read(60));
    }

    @Test
    void it_gives_away_once_and_has_its_own_again_when_it_follows_again() {
        follow();
        commit(0, 30);
        Inherited first = shadow.upTo(30).orElseThrow();
        assertThat(shadow.upTo(30)).isEmpty();
        commit(30, 40);
        assertThat(shadow.upTo(40)).isEmpty();
        follow();
        commit(40, 60);
        Inherited second = shadow.upTo(60).orElseThrow();
        assertSame(second, files.read(60));
        assertSame(first, files.read(30));
    }

    @Test
    void it_gives_nothing_that_other_entries_lead_to_than_those_asked_for() {
        follow();
        commit(0, 30);
        assertThat(shadow.upTo(29)).isEmpty();
        follow();
        assertThat(shadow.upTo(31)).isEmpty();
        follow();
        assertSame(shadow.upTo(30).orElseThrow(), files.read(30));
    }

    @Test
    void after_damage_it_has_nothing_until_it_follows_again() {
        follow();
        commit(0, 20);
        shadow.committed(20, List.of(new byte[] {99, 99, 99}));
        commit(20, 30);
        assertThat(shadow.upTo(30)).isEmpty();
        follow();
        assertSame(shadow.upTo(30).orElseThrow(), files.read(30));
    }

    @Test
    void files_that_cannot_be_read_or_end_too_early_leave_it_with_nothing() {
        files.damage = RubatoException.failed("unreadable");
        follow();
        commit(0, 20);
        assertThat(shadow.upTo(20)).isEmpty();
        files.damage = null;
        follow();
        tell(25, 30);
        assertThat(shadow.upTo(30)).isEmpty();
        assertThat(shadow.status()).isEmpty();
    }

    @Test
    void what_it_cannot_take_in_time_it_reads_from_the_files_later() {
        files.mayRead.drainPermits();
        follow();
        commit(0, 20);
        List<byte[]> again = List.of(new byte[100]);
        for (long bytes = 0; bytes < 2 * Shadow.MAX_QUEUED_BYTES; bytes += 100) shadow.committed(0, again);
        commit(20, 30);
        files.mayRead.release(1000);
        assertSame(shadow.upTo(30).orElseThrow(), files.read(30));
        assertThat(files.reads).isEqualTo(2);
    }

    @Test
    void a_rollback_to_where_steps_were_let_go_makes_it_read_them() {
        anew(keepsTwo);
        long early = run.checkpoints().get(0).step();
        append(new Entry.Rollback(1, early, "for a test"));
        append(new Entry.Term(9));
        follow();
        commitInBatches(all(), new SplitMix(5));
        Inherited given = shadow.upTo(all()).orElseThrow();
        assertSame(given, files.read(all()));
        assertThat(given.accounts().committed().step()).isEqualTo(early);
        assertThat(given.accounts().committed().hash())
                .isEqualTo(run.checkpoints().get(0).hash());
        assertThat(files.reads).isEqualTo(2);
    }

    @Test
    void it_tells_how_the_run_is_and_when_it_follows_anew_nothing_old() {
        follow();
        assertThat(shadow.status()).isEmpty();
        commit(0, all());
        Inherited given = shadow.upTo(all()).orElseThrow();
        Optional<RunStatus> told = shadow.status();
        assertThat(told).hasValueSatisfying(status -> {
            assertThat(status.state()).isEqualTo("finished");
            assertThat(status.committedStep())
                    .isEqualTo(given.accounts().committed().step());
        });
        assertThat(told).contains(Operator.recorded(home.resolve("run").resolve("ledger"), "training"));
        files.mayRead.drainPermits();
        follow();
        assertThat(shadow.status()).isEmpty();
        files.mayRead.release(1000);
    }
}
