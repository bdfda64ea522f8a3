package rubato.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.disk.RealDisk;
import rubato.history.Entry;
import rubato.ledger.FileLedger;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;

/** A finished run with three coordinators: the copy of one is changed, and what verification says. */
class CopyAuditTest {
    private static final String SEGMENT = "00000001.log";
    private static final String CLOSING = "CLOSED";

    @TempDir
    Path directory;

    private byte[] sound = {};
    private List<Positioned> entries = List.of();

    @BeforeEach
    void threeCopies() throws IOException {
        Path leader = copyOf(0);
        write(leader, RecordedRun.small(directory).entries);
        Files.createSymbolicLink(directory.resolve("ledger"), Path.of("coordinators/0/ledger"));
        sound = Files.readAllBytes(leader.resolve(SEGMENT));
        entries = LedgerReader.read(leader).entries();
        for (int id = 1; id < 3; id++) {
            copy(id, sound);
            Files.copy(leader.resolve(CLOSING), copyOf(id).resolve(CLOSING));
        }
    }

    private Path copyOf(int id) {
        return directory.resolve("coordinators/" + id + "/ledger");
    }

    /** Each entry in a batch of its own. */
    private static void write(Path ledger, List<Entry> entries) throws IOException {
        Files.createDirectories(ledger.getParent());
        try (FileLedger written = FileLedger.create(ledger, new RealDisk(), "run")) {
            for (Entry entry : entries) {
                CompletableFuture<Void> durable = new CompletableFuture<>();
                written.append(List.of(entry), () -> durable.complete(null));
                durable.orTimeout(10, TimeUnit.SECONDS).join();
            }
        }
    }

    private void copy(int id, byte[] bytes) throws IOException {
        Files.write(Files.createDirectories(copyOf(id)).resolve(SEGMENT), bytes);
    }

    private int offset(int index) {
        return (int) entries.get(index).offset();
    }

    @Test
    void copies_that_are_the_same_or_end_earlier_are_fine() throws IOException {
        assertThat(Verifier.verify(directory).violations()).isEmpty();
        for (int id = 1; id < 3; id++) Files.delete(copyOf(id).resolve(CLOSING));
        for (int index = 1; index < entries.size(); index++) {
            copy(1, Arrays.copyOf(sound, offset(index)));
            copy(2, Arrays.copyOf(sound, offset(index) + 3));
            assertThat(Verifier.verify(directory).violations())
                    .as("cut at entry %d", index)
                    .isEmpty();
        }
    }

    @Test
    void an_entry_that_is_damaged_in_one_copy_is_found_there() throws IOException {
        for (int index = 0; index < entries.size() - 1; index++) {
            byte[] bad = sound.clone();
            bad[offset(index) + 20] ^= 1;
            copy(2, bad);
            String there = copyOf(2).resolve(SEGMENT) + " offset " + offset(index);
            assertThat(Verifier.verify(directory).violations())
                    .as("entry %d", index)
                    .singleElement()
                    .satisfies(line -> assertThat(line).startsWith(there));
        }
    }

    @Test
    void a_copy_with_a_sound_chain_of_other_entries_disagrees_at_the_first_of_them() throws IOException {
        int last = entries.size() - 2;
        Path copy = copyOf(1);
        Files.delete(copy.resolve(SEGMENT));
        Files.delete(copy.resolve(CLOSING));
        Files.delete(copy);
        List<Entry> others = new ArrayList<>();
        for (Positioned at : entries.subList(0, last)) others.add(at.entry());
        others.add(new Entry.Term(77));
        write(copy, others);
        assertThat(LedgerReader.read(copy).scan().problems()).isEmpty();
        assertThat(Verifier.verify(directory).violations())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("coordinators/1/ledger")
                        .contains(" entry " + last + " (Term) disagrees"));
    }

    @Test
    void damage_of_the_ledger_verified_is_told_once() throws IOException {
        byte[] bad = sound.clone();
        bad[offset(1) + 20] ^= 1;
        Files.write(directory.resolve("ledger").resolve(SEGMENT), bad);
        assertThat(Verifier.verify(directory).violations())
                .filteredOn(line -> line.contains("offset " + offset(1)))
                .hasSize(1);
    }
}
