package rubato.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.testkit.FaultyDisk;

class SteppedLedgerTest {
    private static final Path DIRECTORY = Path.of("/run/ledger");

    private final FaultyDisk disk = new FaultyDisk(1);
    private final List<Long> durable = new ArrayList<>();

    private void append(SteppedLedger ledger, long term) {
        ledger.append(List.of(new Entry.Term(term)), () -> durable.add(term));
    }

    @Test
    void nothing_is_durable_before_it_is_written_and_a_batch_is_written_at_once() {
        SteppedLedger ledger = SteppedLedger.create(DIRECTORY, disk, "run", 1000);
        append(ledger, 1);
        append(ledger, 2);
        assertThat(durable).isEmpty();
        ledger.write();
        assertThat(durable).containsExactly(1L, 2L);
        assertThat(ledger.isIdle()).isTrue();
    }

    @Test
    void it_reads_as_any_ledger_and_can_be_continued() {
        SteppedLedger ledger = SteppedLedger.create(DIRECTORY, disk, "run", 1000);
        append(ledger, 1);
        ledger.close();
        SteppedLedger.Resumed resumed = SteppedLedger.resume(DIRECTORY, disk, 1000);
        assertThat(resumed.image().entries()).hasSize(1);
        append(resumed.ledger(), 2);
        resumed.ledger().write();
        assertThat(LedgerReader.read(DIRECTORY, disk).entries().stream().map(Positioned::entry))
                .containsExactly(new Entry.Term(1), new Entry.Term(2));
    }

    @Test
    void after_a_failed_fsync_nothing_is_acknowledged_or_taken() {
        SteppedLedger ledger = SteppedLedger.create(DIRECTORY, disk, "run", 1000);
        List<RubatoException> told = new ArrayList<>();
        ledger.onFailure(told::add);
        disk.failForceAfter(0);
        append(ledger, 1);
        ledger.write();
        assertThat(durable).isEmpty();
        assertThat(told).hasSize(1);
        assertThatThrownBy(() -> append(ledger, 2)).isSameAs(told.get(0));
    }
}
