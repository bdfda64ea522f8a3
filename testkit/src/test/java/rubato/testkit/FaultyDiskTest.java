package rubato.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import rubato.disk.DiskFile;

class FaultyDiskTest {
    private static final Path FOLDER = Path.of("/d");
    private static final Path FILE = FOLDER.resolve("f");

    private static FaultyDisk disk(long seed) throws IOException {
        FaultyDisk disk = new FaultyDisk(seed);
        disk.createDirectories(FOLDER);
        disk.forceDirectory(Path.of("/"));
        return disk;
    }

    private static ByteBuffer bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte) (i + 1);
        return ByteBuffer.wrap(bytes);
    }

    private static ByteBuffer content(FaultyDisk disk) throws IOException {
        return disk.readAll(FILE, 1 << 20);
    }

    @Test
    void a_power_cut_keeps_what_was_forced_and_any_part_of_what_was_not() throws IOException {
        Set<Integer> lengths = new HashSet<>();
        boolean garbled = false;
        for (long seed = 0; seed < 200; seed++) {
            FaultyDisk disk = disk(seed);
            DiskFile file = disk.create(FILE);
            file.write(bytes(10));
            file.force();
            disk.forceDirectory(FOLDER);
            file.write(bytes(5));
            disk.cutPower();
            ByteBuffer left = content(disk);
            lengths.add(left.remaining());
            assertThat(left.slice(0, 10)).as("seed %d", seed).isEqualTo(bytes(10));
            garbled |= !left.slice(10, left.remaining() - 10).equals(bytes(left.remaining() - 10));
        }
        assertThat(lengths).containsExactlyInAnyOrder(10, 11, 12, 13, 14, 15);
        assertThat(garbled).isTrue();
    }

    @Test
    void a_name_not_forced_may_be_lost_and_a_rename_may_be_undone() throws IOException {
        Set<Integer> found = new HashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            FaultyDisk disk = disk(seed);
            disk.create(FILE);
            disk.forceDirectory(FOLDER);
            disk.move(FILE, FOLDER.resolve("g"));
            disk.cutPower();
            found.add((disk.exists(FILE) ? 1 : 0) + (disk.exists(FOLDER.resolve("g")) ? 2 : 0));
        }
        assertThat(found).contains(1, 2);
    }

    @Test
    void a_cut_not_forced_may_be_undone_but_nothing_written_behind_it_mixes_with_what_was_there() throws IOException {
        Set<Integer> lengths = new HashSet<>();
        for (long seed = 0; seed < 200; seed++) {
            FaultyDisk disk = disk(seed);
            DiskFile file = disk.create(FILE);
            file.write(bytes(10));
            file.force();
            disk.forceDirectory(FOLDER);
            disk.append(FILE, 4).write(ByteBuffer.wrap(new byte[] {77, 77}));
            disk.cutPower();
            ByteBuffer left = content(disk);
            lengths.add(left.remaining());
            if (left.remaining() == 10) assertThat(left).isEqualTo(bytes(10));
            else assertThat(left.slice(0, 4)).isEqualTo(bytes(4));
        }
        assertThat(lengths).containsExactlyInAnyOrder(4, 5, 6, 10);
    }

    @Test
    void after_a_failed_fsync_the_file_is_dead() throws IOException {
        FaultyDisk disk = disk(1);
        DiskFile file = disk.create(FILE);
        disk.failForceAfter(0);
        file.write(bytes(3));
        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        disk.heal();
        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.write(bytes(1))).isInstanceOf(IOException.class);
    }

    @Test
    void a_full_disk_takes_what_fits_and_says_so() throws IOException {
        FaultyDisk disk = disk(1);
        DiskFile file = disk.create(FILE);
        disk.fillUpAfter(4);
        assertThatThrownBy(() -> file.write(bytes(9))).hasMessage("No space left on device");
        assertThat(content(disk)).isEqualTo(bytes(4));
    }

    @Test
    void a_flipped_bit_is_in_the_reading_and_not_in_the_file() throws IOException {
        FaultyDisk disk = disk(1);
        disk.create(FILE).write(bytes(8));
        disk.flipBits(1);
        ByteBuffer read = content(disk);
        int different = 0;
        for (int i = 0; i < 8; i++) different += Integer.bitCount((read.get(i) ^ bytes(8).get(i)) & 0xFF);
        assertThat(different).isOne();
        disk.heal();
        assertThat(content(disk)).isEqualTo(bytes(8));
    }
}
