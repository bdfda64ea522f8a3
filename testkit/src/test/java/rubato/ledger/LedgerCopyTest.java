package rubato.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.random.SplitMix;
import rubato.testkit.FaultyDisk;

class LedgerCopyTest {
    private static final Path DIRECTORY = Path.of("/run/ledger");
    private static final Path WORKSHOP = Path.of("/run/workshop");
    private static final long SMALL = 3000;
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);

    private static List<byte[]> terms(long from, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> CODEC.encode(new Entry.Term(from + i)))
                .toList();
    }

    private static LedgerCopy open(FaultyDisk disk) {
        try {
            disk.createDirectories(DIRECTORY.getParent());
            disk.forceDirectory(DIRECTORY.getRoot());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return LedgerCopy.open(DIRECTORY, disk, "run", SMALL);
    }

    private static byte[] bytes(FaultyDisk disk, int segment) throws IOException {
        return disk.readAll(DIRECTORY.resolve(SegmentName.of(segment)), 1 << 20).array();
    }

    @Test
    void two_replicas_write_the_same_bytes_whenever_they_are_started_again() throws IOException {
        FaultyDisk calm = new FaultyDisk(1);
        FaultyDisk restless = new FaultyDisk(2);
        SplitMix random = new SplitMix(3);
        LedgerCopy one = open(calm);
        LedgerCopy two = open(restless);
        LedgerHead head = LedgerHead.START;
        for (int append = 0; append < 400; append++) {
            List<byte[]> entries = terms(head.count(), 1 + random.nextInt(4));
            LedgerHead after = one.append(head, entries, false);
            assertThat(two.append(head, entries, false)).isEqualTo(after);
            head = after;
            if (random.nextInt(10) > 0) continue;
            two.close();
            two = open(restless);
            assertThat(two.end().sameAs(head)).isTrue();
        }
        assertThat(head.segment()).isGreaterThan(10);
        for (int segment = 1; segment <= head.segment(); segment++)
            assertThat(bytes(restless, segment)).isEqualTo(bytes(calm, segment));
        assertThat(LedgerReader.read(DIRECTORY, calm).entries()).hasSize((int) head.count());
    }

    @Test
    void what_a_power_cut_took_from_the_end_is_written_again_from_the_middle_of_an_append() throws IOException {
        for (long seed = 0; seed < 300; seed++) {
            FaultyDisk disk = new FaultyDisk(seed);
            SplitMix random = new SplitMix(seed);
            LedgerCopy copy = open(disk);
            LedgerHead head = LedgerHead.START;
            java.util.List<LedgerHead> heads = new java.util.ArrayList<>(List.of(head));
            java.util.List<List<byte[]>> appends = new java.util.ArrayList<>();
            for (int append = 0; append < 80; append++) {
                List<byte[]> entries = terms(head.count(), 1 + random.nextInt(5));
                head = copy.append(head, entries, false);
                heads.add(head);
                appends.add(entries);
            }
            disk.cutPower();
            LedgerCopy again = open(disk);
            assertThat(again.end().count()).isLessThanOrEqualTo(head.count());
            int from = 0;
            while (heads.get(from + 1).count() <= again.end().count() && from + 1 < appends.size()) from++;
            for (int append = from; append < appends.size(); append++)
                again.append(heads.get(append), appends.get(append), false);
            assertThat(again.end()).as("seed %d", seed).isEqualTo(head);
            LedgerImage image = again.image();
            assertThat(image.scan().problems()).isEmpty();
            assertThat(image.scan().count()).isEqualTo(head.count());
        }
    }

    @Test
    void what_the_head_counts_as_durable_survives_a_power_cut() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            FaultyDisk disk = new FaultyDisk(seed);
            LedgerCopy copy = open(disk);
            LedgerHead head = LedgerHead.START;
            for (int append = 0; append < 200; append++) head = copy.append(head, terms(head.count(), 3), false);
            disk.cutPower();
            assertThat(open(disk).end().count()).as("seed %d", seed).isGreaterThanOrEqualTo(head.durable());
        }
    }

    @Test
    void an_append_that_does_not_follow_is_refused() throws IOException {
        LedgerCopy copy = open(new FaultyDisk(1));
        LedgerHead head = copy.append(LedgerHead.START, terms(0, 2), false);
        LedgerHead other = LedgerHead.START.after("run", terms(7, 2), false, SMALL);
        assertThatThrownBy(() -> copy.append(other, terms(2, 1), false)).hasMessageContaining("the log says");
        LedgerHead later = head.after("run", terms(2, 1), false, SMALL);
        assertThatThrownBy(() -> copy.append(later, terms(3, 1), false)).hasMessageContaining("before the entries");
    }

    @Test
    void a_finished_run_is_closed_and_a_term_opens_it_again() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        LedgerCopy copy = open(disk);
        LedgerHead head =
                copy.append(LedgerHead.START, List.of(CODEC.encode(new Entry.Finished("done", 0, 0, "x"))), true);
        assertThat(LedgerReader.read(DIRECTORY, disk).scan().tail()).isEqualTo(Tail.CLOSED);
        copy.append(head, terms(2, 1), false);
        assertThat(LedgerReader.read(DIRECTORY, disk).scan().tail()).isEqualTo(Tail.OPEN);
    }

    @Test
    void files_of_another_replica_are_taken_over_whole_or_not_at_all() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        LedgerCopy source = open(disk);
        LedgerHead head = LedgerHead.START;
        for (int append = 0; append < 200; append++) head = source.append(head, terms(head.count(), 3), false);
        LedgerHead last = head;
        List<LedgerCopy.Piece> pieces = source.pieces(last, 700);
        for (long seed = 0; seed < 200; seed++) {
            FaultyDisk target = new FaultyDisk(seed);
            LedgerCopy copy = open(target);
            LedgerHead had = copy.append(LedgerHead.START, terms(0, 3), false);
            had = copy.append(had, terms(3, 3), false);
            copy.force();
            target.dieAfter(1 + (int) seed);
            boolean whole;
            try {
                copy.install(last, pieces, source::read, WORKSHOP);
                whole = true;
            } catch (IOException | RubatoException e) {
                whole = false;
            }
            target.cutPower();
            LedgerCopy again = open(target);
            assertThat(again.end().count()).isBetween(had.count(), last.count());
            if (whole) assertThat(again.end().sameAs(last)).isTrue();
            else again.install(last, pieces, source::read, WORKSHOP);
            assertThat(again.image().scan().count()).isEqualTo(last.count());
        }
    }

    @Test
    void received_files_that_lead_elsewhere_are_refused() throws IOException {
        LedgerCopy source = open(new FaultyDisk(1));
        LedgerHead head = source.append(LedgerHead.START, terms(0, 5), false);
        List<LedgerCopy.Piece> pieces = source.pieces(head, 1 << 20);
        LedgerHead announced = LedgerHead.START.after("run", terms(9, 5), false, SMALL);
        assertThatThrownBy(() -> open(new FaultyDisk(2)).install(announced, pieces, source::read, WORKSHOP))
                .hasMessageContaining("announced");
    }

    @Test
    void damage_in_the_files_is_told_with_what_to_do() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        LedgerCopy copy = open(disk);
        LedgerHead head = copy.append(LedgerHead.START, terms(0, 300), false);
        head = copy.append(head, terms(300, 5), false);
        byte[] segment = bytes(disk, 1);
        segment[200] ^= 1;
        disk.delete(DIRECTORY.resolve(SegmentName.of(1)));
        disk.create(DIRECTORY.resolve(SegmentName.of(1))).write(java.nio.ByteBuffer.wrap(segment));
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("is damaged")
                .extracting(e -> ((RubatoException) e).remedy().orElse(""))
                .asString()
                .contains("move this replica's directory away");
    }
}
