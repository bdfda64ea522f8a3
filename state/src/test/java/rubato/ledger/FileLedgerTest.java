package rubato.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;

class FileLedgerTest {
    @TempDir
    Path directory;

    private static List<Entry> terms(int from, int to) {
        return IntStream.range(from, to).<Entry>mapToObj(Entry.Term::new).toList();
    }

    private static List<Entry> entries(LedgerImage image) {
        return image.entries().stream().map(Positioned::entry).toList();
    }

    @Test
    void what_was_appended_is_read_back() {
        try (FileLedger ledger = FileLedger.create(directory, new RealDisk(), "run")) {
            assertThat(ledger.append(terms(0, 3), () -> {})).isZero();
            assertThat(ledger.append(terms(3, 4), () -> {})).isEqualTo(3);
        }
        LedgerImage image = LedgerReader.read(directory);
        assertThat(entries(image)).isEqualTo(terms(0, 4));
        assertThat(image.scan().problems()).isEmpty();
        assertThat(image.scan().tail()).isEqualTo(Tail.OPEN);
        assertThat(image.scan().runId()).isEqualTo("run");
    }

    @Test
    void callbacks_run_in_the_order_of_appends() {
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        try (FileLedger ledger = FileLedger.create(directory, new RealDisk(), "run")) {
            for (int i = 0; i < 1000; i++) {
                int at = i;
                ledger.append(terms(i, i + 1), () -> seen.add(at));
            }
        }
        assertThat(seen).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    }

    @Test
    void full_segments_are_followed_by_new_ones() {
        for (int i = 0; i < 10; i++) {
            int at = i;
            try (FileLedger ledger = i == 0
                    ? FileLedger.create(directory, new RealDisk(), "run", 100)
                    : FileLedger.resume(directory, new RealDisk(), 100).ledger()) {
                ledger.append(terms(at * 10, at * 10 + 10), () -> {});
            }
        }
        LedgerImage image = LedgerReader.read(directory);
        assertThat(image.scan().problems()).isEmpty();
        assertThat(entries(image)).isEqualTo(terms(0, 100));
        assertThat(image.scan().lastSegment()).hasFileName("00000010.log");
    }

    @Test
    void a_directory_with_a_run_is_not_begun_again() {
        FileLedger.create(directory, new RealDisk(), "run").close();
        assertThatThrownBy(() -> FileLedger.create(directory, new RealDisk(), "run"))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("already holds a run");
    }

    @Test
    void after_finished_only_a_term_may_follow() {
        try (FileLedger ledger = FileLedger.create(directory, new RealDisk(), "run")) {
            ledger.append(List.of(new Entry.Finished("done", 0, 0, "x")), () -> {});
            assertThatThrownBy(() -> ledger.append(List.of(new Entry.Rollback(1, 0, "")), () -> {}))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(LedgerReader.read(directory).scan().tail()).isEqualTo(Tail.CLOSED);
        try (FileLedger again = FileLedger.resume(directory, new RealDisk()).ledger()) {
            again.append(terms(2, 3), () -> {});
        }
        LedgerImage image = LedgerReader.read(directory);
        assertThat(image.scan().problems()).isEmpty();
        assertThat(image.scan().tail()).isEqualTo(Tail.OPEN);
        assertThat(image.entries()).hasSize(2);
    }
}
