package rubato.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;

/** A finished run, every kind of damage to its files, and what verification says. */
class DamageTest {
    @TempDir
    Path directory;

    private RecordedRun run;
    private Path segment;
    private byte[] sound;
    private List<Positioned> entries;

    @BeforeEach
    void write() throws IOException {
        run = RecordedRun.small(directory);
        assertThat(run.verify().violations()).isEmpty();
        segment = run.ledger().resolve("00000001.log");
        sound = Files.readAllBytes(segment);
        entries = LedgerReader.read(run.ledger()).entries();
    }

    private void assertCaught(String how, String... words) {
        Verification found = Verifier.verify(directory);
        assertThat(found.ok()).as(how).isFalse();
        assertThat(found.violations())
                .as(how)
                .anySatisfy(line -> assertThat(List.of(words))
                        .allSatisfy(word -> assertThat(line).contains(word)));
    }

    private int offset(int index) {
        return index == entries.size() ? sound.length : (int) entries.get(index).offset();
    }

    private byte[] slice(int from, int to) {
        return Arrays.copyOfRange(sound, offset(from), offset(to));
    }

    private byte[] join(byte[]... parts) {
        ByteBuffer out =
                ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
        for (byte[] part : parts) out.put(part);
        return out.array();
    }

    @Test
    void no_byte_of_the_ledger_can_change_unseen() throws IOException {
        for (int at = 0; at < sound.length; at++) {
            byte[] bad = sound.clone();
            bad[at] ^= 0x04;
            Files.write(segment, bad);
            assertCaught("byte " + at, "00000001.log offset");
        }
    }

    @Test
    void no_byte_can_be_cut_off_a_finished_run() throws IOException {
        for (int size = 0; size < sound.length; size++) {
            Files.write(segment, Arrays.copyOf(sound, size));
            assertCaught("cut to " + size);
        }
    }

    @Test
    void a_removed_entry_is_caught_where_it_was() throws IOException {
        byte[] head = Arrays.copyOf(sound, offset(5));
        Files.write(segment, join(head, slice(6, entries.size())));
        assertCaught("removed", "offset " + offset(5) + " entry 5", "chain is broken");
    }

    @Test
    void swapped_entries_are_caught_where_they_are() throws IOException {
        byte[] head = Arrays.copyOf(sound, offset(4));
        Files.write(segment, join(head, slice(5, 6), slice(4, 5), slice(6, entries.size())));
        assertCaught("swapped", "entry 4", "chain is broken");
    }

    @Test
    void garbage_behind_the_end_is_caught() throws IOException {
        Files.write(segment, join(sound, new byte[] {0}));
        assertCaught("one byte more", "offset " + sound.length, "1 bytes of a finished run");
    }

    @Test
    void the_closing_mark_cannot_change_or_go_unseen() throws IOException {
        Path mark = run.ledger().resolve("CLOSED");
        byte[] good = Files.readAllBytes(mark);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x01;
            Files.write(mark, bad);
            assertCaught("mark byte " + at, "CLOSED");
        }
        Files.delete(mark);
        assertCaught("mark gone", "closing mark is missing");
    }

    @Test
    void a_finish_cut_off_with_its_mark_is_caught_by_the_summary() throws IOException {
        Files.writeString(directory.resolve("summary.json"), "{\"status\":\"done\"}");
        assertThat(Verifier.verify(directory).violations()).isEmpty();
        Files.write(segment, Arrays.copyOf(sound, offset(entries.size() - 1)));
        Files.delete(run.ledger().resolve("CLOSED"));
        assertCaught("finish cut off", "has no Finished entry");
    }

    @Test
    void files_that_do_not_belong_there_are_caught() throws IOException {
        Files.writeString(run.ledger().resolve("note.txt"), "x");
        assertCaught("in ledger", "note.txt");
        Files.delete(run.ledger().resolve("note.txt"));
        Files.createDirectory(directory.resolve("checkpoints/step-0000000099"));
        assertCaught("in checkpoints", "step-0000000099", "registered by no entry");
        Files.delete(directory.resolve("checkpoints/step-0000000099"));
        Files.createDirectory(directory.resolve("checkpoints/step-0000000099.1.7.tmp"));
        assertThat(Verifier.verify(directory).violations())
                .as("left unfinished by a worker that died")
                .isEmpty();
    }

    @Test
    void an_empty_second_segment_is_caught() throws IOException {
        Files.write(run.ledger().resolve("00000002.log"), new byte[0]);
        assertCaught("empty segment", "00000002.log");
    }

    @Test
    void a_missing_ledger_is_caught() throws IOException {
        Files.delete(segment);
        assertCaught("no segment", "ledger");
        Files.delete(run.ledger().resolve("CLOSED"));
        assertCaught("empty ledger", "holds no ledger");
    }

    @Test
    void no_byte_of_a_checkpoint_can_change_or_be_cut_unseen() throws IOException {
        Path checkpoint = run.store().directoryOf(7);
        try (Stream<Path> files = Files.list(checkpoint)) {
            for (Path file : files.toList()) {
                byte[] good = Files.readAllBytes(file);
                for (int at = 0; at < good.length; at += 7) {
                    byte[] bad = good.clone();
                    bad[at] ^= 0x10;
                    Files.write(file, bad);
                    assertCaught(file + " byte " + at, file.getFileName().toString());
                    Files.write(file, Arrays.copyOf(good, at));
                    assertCaught(file + " cut to " + at, file.getFileName().toString());
                }
                Files.write(file, good);
            }
        }
        assertThat(Verifier.verify(directory).violations()).isEmpty();
    }

    @Test
    void the_newest_checkpoint_must_be_there_and_the_oldest_go_first() throws IOException {
        run.store().prune(List.of(), 1, Long.MAX_VALUE);
        deleteCheckpoint(7);
        assertThat(Verifier.verify(directory).violations()).isEmpty();
        deleteCheckpoint(12);
        assertCaught("newest gone", "step-0000000012 is missing");
    }

    private void deleteCheckpoint(long step) throws IOException {
        try (Stream<Path> files = Files.list(run.store().directoryOf(step))) {
            for (Path file : files.toList()) Files.delete(file);
        }
        Files.delete(run.store().directoryOf(step));
    }
}
