package rubato.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerCopy;
import rubato.ledger.LedgerReader;
import rubato.log.Appended;
import rubato.testkit.FaultyDisk;

class LedgerMachineTest {
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);
    private static final Path LEDGER = Path.of("/run/ledger");

    /** A machine, its disk, and all it said of entries added: their index and themselves. */
    private static final class Machine implements LedgerMachine.Owner {
        record Told(long index, Entry entry) {}

        final FaultyDisk disk = new FaultyDisk(1);
        final Incoming incoming = new Incoming(Path.of("/run/incoming"), disk);
        final List<Told> told = new ArrayList<>();
        LedgerMachine machine = open();
        private long operations;

        LedgerMachine open() {
            LedgerCopy copy = LedgerCopy.open(LEDGER, disk, "run", 3000);
            machine = new LedgerMachine(copy, incoming, Path.of("/run/workshop"), this);
            return machine;
        }

        Object run(LogOp operation) {
            return machine.runOperation(++operations, operation);
        }

        @Override
        public LogOp.Lead lead() {
            return new LogOp.Lead(0, 0);
        }

        @Override
        public void led(LogOp.Lead by) {}

        @Override
        public void appended(long first, List<byte[]> entries) {
            long onDisk = LedgerReader.read(LEDGER, disk).scan().count();
            assertThat(first + entries.size())
                    .as("told when they are in the files")
                    .isLessThanOrEqualTo(onDisk);
            for (int i = 0; i < entries.size(); i++) told.add(new Told(first + i, CODEC.decode(entries.get(i))));
        }

        @Override
        public void failed(RubatoException error) {
            throw error;
        }
    }

    private static LogOp.Append append(Machine to, int... values) {
        LogState at = to.machine.state();
        List<byte[]> entries = IntStream.of(values)
                .mapToObj(value -> CODEC.encode(new Entry.Term(value)))
                .toList();
        return new LogOp.Append(at.term(), at.ledger().link(), entries, false);
    }

    private static Machine.Told term(long index, long value) {
        return new Machine.Told(index, new Entry.Term(value));
    }

    @Test
    void each_append_is_told_with_the_index_of_its_first_entry_and_a_refused_one_is_not() {
        Machine one = new Machine();
        one.run(one.lead());
        one.run(append(one, 10, 11));
        LogOp late = append(one, 12);
        one.run(append(one, 12, 13, 14));
        assertThat(one.run(late)).isInstanceOf(Appended.Refused.class);
        one.run(append(one, 15));
        assertThat(one.told)
                .containsExactly(term(0, 10), term(1, 11), term(2, 12), term(3, 13), term(4, 14), term(5, 15));
    }

    @Test
    void after_files_were_received_the_next_append_is_told_with_its_index_in_the_ledger() throws IOException {
        Machine one = new Machine();
        Machine two = new Machine();
        one.run(one.lead());
        two.run(two.lead());
        LogOp first = append(one, 10, 11);
        one.run(first);
        two.run(first);
        for (int value = 12; value < 200; value++) one.run(append(one, value));
        install(one, two);
        two.run(append(two, 200, 201));
        assertThat(two.told).containsExactly(term(0, 10), term(1, 11), term(190, 200), term(191, 201));
    }

    private static void install(Machine from, Machine to) throws IOException {
        List<Object> parts = new ArrayList<>();
        from.machine.takeSnapshot(1, parts::add);
        for (Object part : parts) {
            if (!(part instanceof LogState.Files files)) continue;
            to.incoming.put(files.piece(), from.machine.copy().read(files.piece()));
        }
        to.machine.installSnapshot(1, parts);
    }

    @Test
    void what_is_applied_again_after_a_start_is_told_again_with_the_same_index() {
        Machine one = new Machine();
        one.run(one.lead());
        List<LogOp> operations = new ArrayList<>();
        for (int value = 10; value < 13; value++) {
            operations.add(append(one, value));
            one.run(operations.get(operations.size() - 1));
        }
        List<Machine.Told> before = List.copyOf(one.told);
        one.machine.copy().close();
        one.told.clear();
        one.open();
        one.run(one.lead());
        operations.forEach(one::run);
        assertThat(one.told).isEqualTo(before);
    }
}
