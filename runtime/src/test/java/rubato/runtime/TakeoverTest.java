package rubato.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.codec.RecordCodec;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerCopy;
import rubato.ledger.LedgerHead;
import rubato.ledger.LedgerImage;
import rubato.ledger.LedgerReader;
import rubato.log.Appended;
import rubato.log.ReplicatedLog;
import rubato.log.Replication;
import rubato.net.Hub;
import rubato.net.Token;

/** A coordinator that is told it leads, with its ledger's files on a real disk and the others' part played by the test. */
@Timeout(60)
class TakeoverTest {
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);

    /** One replica's part in the log; what happens while the ledger is read and what reading it gives is the test's. */
    private static final class PlayedLog implements Replication, ReplicatedLog {
        private final Consumer<Observer> begin;
        private final Supplier<LedgerImage> reading;
        private Appended answer = new Appended.Refused("the term is over");
        private LongConsumer again = term -> {
            throw new AssertionError("term " + term + " is to be led anew");
        };
        private @Nullable Observer told;
        private int reads;

        PlayedLog(Consumer<Observer> begin, Supplier<LedgerImage> reading) {
            this.begin = begin;
            this.reading = reading;
        }

        @Override
        public ReplicatedLog log() {
            return this;
        }

        Observer observer() {
            return requireNonNull(told);
        }

        @Override
        public void start(Hub hub, Observer observer) {
            told = observer;
            begin.accept(observer);
        }

        @Override
        public void start(Observer observer) {}

        @Override
        public void append(
                long term, LedgerHead previous, List<byte[]> entries, boolean finishes, Consumer<Appended> then) {
            then.accept(answer);
        }

        @Override
        public void leadAnew(long term) {
            again.accept(term);
        }

        @Override
        public LedgerHead after(LedgerHead head, List<byte[]> entries, boolean finishes) {
            return head.after("run", entries, finishes, 1 << 20);
        }

        @Override
        public int self() {
            return 0;
        }

        @Override
        public List<Integer> members() {
            return List.of(0, 1, 2);
        }

        @Override
        public LedgerImage read() {
            reads++;
            return reading.get();
        }

        @Override
        public boolean concerns(byte[] message) {
            return false;
        }

        @Override
        public void received(Hub.Connection connection, byte[] message) {}

        @Override
        public void closed(Hub.Connection connection) {}

        @Override
        public void close() {}
    }

    @TempDir
    Path home = Path.of("");

    private final List<AutoCloseable> open = new ArrayList<>();
    private RunConfig config;
    private Split data;
    private RunDirectory run;
    private Path ledger;
    private LedgerHead finished;

    @BeforeEach
    void aFinishedRun() throws IOException {
        config = new Jobs(home).config("workers.count=1", "coordinators.count=3");
        data = Setup.data(config, home.resolve("data"), line -> {});
        run = new RunDirectory(home.resolve("run"));
        run.prepare(config.render());
        Endpoint.writeToken(run.path(), Token.random());
        ledger = run.path().resolve("coordinators/0/ledger");
        try (LedgerCopy copy = LedgerCopy.open(ledger, new RealDisk(), "run", 1 << 20)) {
            finished = copy.append(LedgerHead.START, encoded(entries()), true);
        }
    }

    private List<Entry> entries() {
        return List.of(
                new Entry.Begin("run", Setup.rhythm(config, data).data(), data.fingerprint(), "", "test"),
                new Entry.Term(1),
                new Entry.Finished("done", 0, 0, "for a test"));
    }

    private static List<byte[]> encoded(List<Entry> entries) {
        return entries.stream().map(CODEC::encode).toList();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) each.close();
    }

    private ReplicatedCoordinator coordinator(PlayedLog log) {
        ReplicatedCoordinator made = new ReplicatedCoordinator(
                run, config, data, 0, true, "test", path -> List.of(), (place, addresses) -> log);
        open.add(made);
        return made;
    }

    /** Where the ledger would end if it had one entry more. */
    private LedgerHead beyond() {
        return finished.after("run", List.of(CODEC.encode(new Entry.Term(2))), false, 1 << 20);
    }

    @Test
    void who_begins_to_lead_has_followed_and_does_not_read_the_ledger() throws Exception {
        PlayedLog log = new PlayedLog(observer -> observer.leading(1, finished), () -> {
            throw new AssertionError("read");
        });
        assertThat(coordinator(log).run()).isEmpty();
        assertThat(log.reads).isZero();
    }

    @Test
    void one_whose_accounts_are_of_other_entries_reads_the_ledger() throws Exception {
        PlayedLog log = new PlayedLog(observer -> observer.leading(1, beyond()), () -> LedgerReader.read(ledger));
        ReplicatedCoordinator coordinator = coordinator(log);
        assertThatThrownBy(coordinator::run)
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("began to lead, now it has 3 entries");
        assertThat(log.reads).isOne();
    }

    @Test
    void deposed_while_it_takes_over_it_follows_and_may_lead_again_whatever_reading_showed() throws Exception {
        List<ReplicatedLog.Observer> told = new ArrayList<>();
        PlayedLog log = new PlayedLog(
                observer -> {
                    told.add(observer);
                    observer.leading(1, beyond());
                },
                () -> {
                    told.get(0).following(OptionalInt.of(1));
                    told.get(0).following(OptionalInt.empty());
                    told.get(0).leading(2, finished);
                    throw RubatoException.failed("another leader's entries came in");
                });
        log.again = term -> assertThat(term).as("over long since").isOne();
        assertThat(coordinator(log).run()).isEmpty();
        assertThat(log.reads).isOne();
    }

    @Test
    void a_leader_that_cannot_read_its_ledger_ends() {
        PlayedLog log = new PlayedLog(observer -> observer.leading(1, beyond()), () -> {
            throw RubatoException.failed("the ledger is damaged");
        });
        ReplicatedCoordinator coordinator = coordinator(log);
        assertThatThrownBy(coordinator::run).hasMessageContaining("the ledger is damaged");
    }

    @Test
    void one_that_was_deposed_before_it_began_to_take_over_does_not_begin() throws Exception {
        PlayedLog log = new PlayedLog(
                observer -> {
                    observer.leading(1, beyond());
                    observer.following(OptionalInt.of(2));
                    observer.leading(3, finished);
                },
                () -> {
                    throw new AssertionError("read");
                });
        assertThat(coordinator(log).run()).isEmpty();
        assertThat(log.reads).isZero();
    }

    @Test
    void a_leader_whose_append_was_not_committed_stands_again_and_reads_what_is_in_the_ledger() throws Exception {
        List<Long> terms = new ArrayList<>();
        PlayedLog log = unfinishedFor(new Appended.Unknown("no answer"));
        log.again = term -> {
            terms.add(term);
            log.observer().following(OptionalInt.empty());
            log.observer().leading(2, finished);
        };
        assertThat(coordinator(log).run()).isEmpty();
        assertThat(terms).containsExactly(1L);
    }

    @Test
    void one_whose_ledger_ends_elsewhere_than_it_took_it_to_end_stands_again() throws Exception {
        PlayedLog log = unfinishedFor(new Appended.Refused("the log ends elsewhere"));
        log.again = term -> log.observer().leading(2, finished);
        assertThat(coordinator(log).run()).isEmpty();
    }

    /** Leads term 1 of a run that has only begun. */
    private PlayedLog unfinishedFor(Appended answer) throws IOException {
        Path begun = home.resolve("begun");
        LedgerHead head;
        try (LedgerCopy copy = LedgerCopy.open(begun, new RealDisk(), "run", 1 << 20)) {
            head = copy.append(LedgerHead.START, encoded(entries().subList(0, 2)), false);
        }
        PlayedLog log = new PlayedLog(observer -> observer.leading(1, head), () -> LedgerReader.read(begun));
        log.answer = answer;
        return log;
    }
}
