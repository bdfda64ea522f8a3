package rubato.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;

class TailTest {
    private static final int ENTRIES = 4;

    @TempDir
    Path directory;

    private Path file;
    private byte[] sound;
    private List<Positioned> entries;

    @BeforeEach
    void write() throws Exception {
        try (FileLedger ledger = FileLedger.create(directory, new RealDisk(), "run")) {
            for (int i = 0; i < ENTRIES; i++) {
                CountDownLatch durable = new CountDownLatch(1);
                ledger.append(List.of(new Entry.Term(i)), durable::countDown);
                durable.await();
            }
        }
        file = directory.resolve("00000001.log");
        sound = Files.readAllBytes(file);
        entries = LedgerReader.read(directory).entries();
    }

    private int wholeWithin(int size) {
        int whole = 0;
        for (int i = 0; i < ENTRIES; i++) {
            long end = i + 1 < ENTRIES ? entries.get(i + 1).offset() : sound.length;
            if (end <= size) whole++;
        }
        return whole;
    }

    @Test
    void a_crash_at_any_byte_keeps_every_whole_entry() throws IOException {
        for (int size = (int) entries.get(1).offset(); size < sound.length; size++) {
            Files.write(file, Arrays.copyOf(sound, size));
            int whole = wholeWithin(size);
            boolean torn = size > entries.get(whole).offset();
            FileLedger.Resumed resumed = FileLedger.resume(directory, new RealDisk());
            assertThat(resumed.image().entries()).as("cut to %d", size).hasSize(whole);
            assertThat(resumed.warnings()).as("cut to %d", size).hasSize(torn ? 1 : 0);
            try (FileLedger ledger = resumed.ledger()) {
                ledger.append(List.of(new Entry.Term(99)), () -> {});
            }
            LedgerImage after = LedgerReader.read(directory);
            assertThat(after.scan().problems()).as("cut to %d", size).isEmpty();
            assertThat(after.entries()).as("cut to %d", size).hasSize(whole + 1);
        }
    }

    @Test
    void a_changed_byte_before_the_tail_is_damage_and_stops_a_resume() throws IOException {
        for (int at = 0; at < entries.get(ENTRIES - 1).offset(); at++) {
            byte[] bad = sound.clone();
            bad[at] ^= 0x01;
            Files.write(file, bad);
            assertThat(LedgerReader.read(directory).scan().problems())
                    .as("byte %d", at)
                    .isNotEmpty();
            assertThatThrownBy(() -> FileLedger.resume(directory, new RealDisk()))
                    .as("byte %d", at)
                    .isInstanceOf(RubatoException.class);
        }
    }

    @Test
    void another_format_version_is_refused_by_name() throws IOException {
        byte[] bad = sound.clone();
        bad[11] = 9;
        Files.write(file, bad);
        assertThat(LedgerReader.read(directory).scan().problems())
                .singleElement()
                .asString()
                .contains("format version 9", "reads version 1");
    }

    @Test
    void a_missing_segment_is_named() throws IOException {
        Files.move(file, directory.resolve("00000002.log"));
        assertThat(LedgerReader.read(directory).scan().problems())
                .singleElement()
                .asString()
                .contains("00000001.log: segment is missing");
    }
}
