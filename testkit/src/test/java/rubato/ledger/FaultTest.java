package rubato.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.random.SplitMix;
import rubato.testkit.FaultyDisk;

class FaultTest {
    private static final Path DIRECTORY = Path.of("/run/ledger");
    private static final int SMALL_SEGMENT = 1000;

    private static List<Entry> terms(long from, long to) {
        return IntStream.range((int) from, (int) to)
                .<Entry>mapToObj(Entry.Term::new)
                .toList();
    }

    @Test
    void a_power_cut_at_any_moment_loses_nothing_acknowledged() {
        for (long seed = 0; seed < 500; seed++) {
            SplitMix random = new SplitMix(seed);
            FaultyDisk disk = new FaultyDisk(seed);
            AtomicLong acknowledged = new AtomicLong();
            FileLedger ledger = FileLedger.create(DIRECTORY, disk, "run", SMALL_SEGMENT);
            disk.dieAfter(1 + random.nextInt(60));
            appendUntilItFails(ledger, random, 0, acknowledged);
            disk.cutPower();
            LedgerImage before = LedgerReader.read(DIRECTORY, disk);
            assertThat(before.scan().problems()).as("seed %d", seed).isEmpty();
            assertThat(before.entries()).as("seed %d", seed).hasSizeGreaterThanOrEqualTo((int) acknowledged.get());
            if (before.entries().isEmpty()) continue;
            continueAfter(disk, seed);
        }
    }

    private static void appendUntilItFails(FileLedger ledger, SplitMix random, long from, AtomicLong acknowledged) {
        long at = from;
        CompletableFuture<RubatoException> failed = new CompletableFuture<>();
        ledger.onFailure(failed::complete);
        try (ledger) {
            for (int i = 0; i < 40; i++) {
                long end = at + 1 + random.nextInt(5);
                CompletableFuture<Void> durable = new CompletableFuture<>();
                ledger.append(terms(at, end), () -> {
                    acknowledged.set(end);
                    durable.complete(null);
                });
                at = end;
                if (random.nextInt(3) == 0)
                    CompletableFuture.anyOf(durable, failed)
                            .orTimeout(10, TimeUnit.SECONDS)
                            .join();
            }
        } catch (RubatoException e) {
            assertThat(e).hasMessageContaining("cannot write ledger");
        }
    }

    private static void continueAfter(FaultyDisk disk, long seed) {
        FileLedger.Resumed resumed = FileLedger.resume(DIRECTORY, disk, SMALL_SEGMENT);
        int held = resumed.image().entries().size();
        try (FileLedger again = resumed.ledger()) {
            again.append(terms(held, held + 3), () -> {});
        }
        LedgerImage after = LedgerReader.read(DIRECTORY, disk);
        assertThat(after.scan().problems()).as("seed %d", seed).isEmpty();
        assertThat(after.entries().stream().map(Positioned::entry).toList())
                .as("seed %d", seed)
                .isEqualTo(terms(0, held + 3));
    }

    @Test
    void a_failed_fsync_is_told_in_one_line_and_nothing_is_acknowledged_or_written_after_it() throws Exception {
        FaultyDisk disk = new FaultyDisk(1);
        CompletableFuture<RubatoException> told = new CompletableFuture<>();
        AtomicLong acknowledged = new AtomicLong();
        try (FileLedger ledger = FileLedger.create(DIRECTORY, disk, "run")) {
            ledger.onFailure(told::complete);
            disk.failForceAfter(0);
            ledger.append(terms(0, 1), acknowledged::incrementAndGet);
            RubatoException error = told.get(5, TimeUnit.SECONDS);
            assertThat(error).hasMessage("cannot write ledger /run/ledger/00000001.log: Input/output error");
            assertThatThrownBy(() -> ledger.append(terms(1, 2), acknowledged::incrementAndGet))
                    .isSameAs(error);
        }
        assertThat(acknowledged).hasValue(0);
    }

    @Test
    void a_full_disk_is_told_with_its_remedy_and_the_ledger_can_be_continued() throws Exception {
        FaultyDisk disk = new FaultyDisk(1);
        CompletableFuture<RubatoException> told = new CompletableFuture<>();
        try (FileLedger ledger = FileLedger.create(DIRECTORY, disk, "run")) {
            CompletableFuture<Void> first = new CompletableFuture<>();
            ledger.onFailure(told::complete);
            ledger.append(terms(0, 1), () -> first.complete(null));
            first.get(5, TimeUnit.SECONDS);
            disk.fillUpAfter(30);
            ledger.append(terms(1, 2), () -> {});
            RubatoException error = told.get(5, TimeUnit.SECONDS);
            assertThat(error).hasMessageContaining("No space left on device");
            assertThat(error.remedy())
                    .hasValueSatisfying(line -> assertThat(line).contains("free disk space"));
        }
        disk.fillUpAfter(10_000);
        FileLedger.Resumed resumed = FileLedger.resume(DIRECTORY, disk);
        assertThat(resumed.warnings()).singleElement().asString().contains("cut off 30 bytes");
        resumed.ledger().close();
    }
}
