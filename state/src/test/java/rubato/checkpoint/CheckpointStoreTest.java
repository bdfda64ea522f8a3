package rubato.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.step.StateName;
import rubato.world.Generation;

class CheckpointStoreTest {
    @TempDir
    Path directory;

    private CheckpointStore store() {
        return new CheckpointStore(directory, new RealDisk(), 64);
    }

    static Checkpoint checkpoint(long step) {
        float[] flat = {1 + step, 2, 3, 4, 5, 6 * step, Float.NaN, -0.0f};
        return new Checkpoint(
                new StateName(0, new Generation(1, 1), step, 77 + step),
                List.of(
                        new Checkpoint.Tensor("layer0.weight", List.of(2, 3), flat, 0),
                        new Checkpoint.Tensor("layer0.bias", List.of(2), flat, 6),
                        new Checkpoint.Tensor("optimizer.momentum", List.of(8), flat, 0)),
                new byte[] {9, 8, (byte) step});
    }

    private Entry.Checkpoint registered(long step) {
        String sha = store().write(checkpoint(step), Map.of("model", "mlp"));
        return new Entry.Checkpoint(step, 77 + step, CheckpointStore.directoryName(step), sha);
    }

    static float[] values(Checkpoint.Tensor tensor) {
        return Arrays.copyOfRange(tensor.data(), tensor.offset(), tensor.offset() + tensor.length());
    }

    @Test
    void what_was_written_is_loaded_bit_for_bit() {
        Checkpoint before = checkpoint(5);
        store().write(before, Map.of("model", "mlp"));
        Checkpoint after = store().load(store().directoryOf(5));
        assertThat(after.name()).isEqualTo(before.name());
        assertThat(after.replica()).isEqualTo(before.replica());
        assertThat(after.tensors()).hasSameSizeAs(before.tensors());
        for (int i = 0; i < 3; i++) {
            assertThat(after.tensors().get(i).name())
                    .isEqualTo(before.tensors().get(i).name());
            assertThat(after.tensors().get(i).shape())
                    .isEqualTo(before.tensors().get(i).shape());
            assertThat(values(after.tensors().get(i)))
                    .isEqualTo(values(before.tensors().get(i)));
        }
        assertThat(store().manifest(store().directoryOf(5)).notes()).isEqualTo(Map.of("model", "mlp"));
    }

    @Test
    void no_byte_of_a_checkpoint_can_change_unseen() throws IOException {
        Entry.Checkpoint registered = registered(5);
        for (Path file : files(store().directoryOf(5))) {
            byte[] sound = Files.readAllBytes(file);
            for (int at = 0; at < sound.length; at++) {
                byte[] bad = sound.clone();
                bad[at] ^= 0x20;
                Files.write(file, bad);
                assertUnusable(registered, file + " byte " + at);
                Files.write(file, Arrays.copyOf(sound, at));
                assertUnusable(registered, file + " cut to " + at);
            }
            Files.write(file, sound);
        }
        assertThat(store().newestGood(List.of(registered))).isPresent();
    }

    private void assertUnusable(Entry.Checkpoint registered, String how) {
        assertThatThrownBy(() -> store().newestGood(List.of(registered)))
                .as(how)
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("none of 1 checkpoints");
    }

    @Test
    void the_previous_good_one_is_used_loudly() throws IOException {
        List<Entry.Checkpoint> all = List.of(registered(5), registered(10));
        Files.write(blockOf(10, -1), new byte[2]);
        CheckpointStore.Found found = store().newestGood(all).orElseThrow();
        assertThat(found.registered().step()).isEqualTo(5);
        assertThat(found.warnings())
                .singleElement()
                .asString()
                .contains("step 10", "of replica.bin", "is 2 bytes long");
    }

    /** The file of a block of a checkpoint, numbered over all it stands for. */
    private Path blockOf(long step, int index) {
        Path place = store().directoryOf(step);
        List<String> all = store().manifest(place).files().stream()
                .flatMap(file -> file.blocks().stream())
                .toList();
        return place.resolve(all.get(index < 0 ? all.size() + index : index));
    }

    @Test
    void pruning_keeps_the_newest_and_what_may_soon_be_registered() throws IOException {
        List<Entry.Checkpoint> all = List.of(registered(5), registered(10), registered(15));
        registered(20);
        Files.createDirectory(directory.resolve("step-0000000007.1.3.tmp"));
        Files.createDirectory(directory.resolve("step-0000000015.1.3.tmp"));
        store().prune(all, 2, Long.MAX_VALUE);
        assertThat(names()).containsExactly("step-0000000010", "step-0000000015", "step-0000000020");
        registered(12);
        Files.createDirectory(directory.resolve("step-0000000025.1.3.tmp"));
        store().removeLeftovers(all);
        assertThat(names()).containsExactly("step-0000000010", "step-0000000015", "step-0000000020");
    }

    @Test
    void younger_ones_than_asked_for_are_kept_besides() throws IOException {
        List<Entry.Checkpoint> all = new ArrayList<>();
        for (long step = 5; step <= 20; step += 5) {
            String sha = store().write(checkpoint(step), Map.of(CheckpointStore.WRITTEN, Long.toString(1000 * step)));
            all.add(new Entry.Checkpoint(step, 77 + step, CheckpointStore.directoryName(step), sha));
        }
        store().prune(all, 1, 10_000);
        assertThat(names()).containsExactly("step-0000000010", "step-0000000015", "step-0000000020");
        store().prune(all, 1, Long.MAX_VALUE);
        assertThat(names()).containsExactly("step-0000000020");
    }

    /** A state of many blocks in which one number differs from that of another step. */
    private static Checkpoint large(long step) {
        float[] values = new float[500];
        for (int i = 0; i < values.length; i++) values[i] = i;
        values[200] = step;
        return new Checkpoint(
                new StateName(0, new Generation(1, 1), step, step),
                List.of(new Checkpoint.Tensor("w", List.of(values.length), values, 0)),
                new byte[3]);
    }

    @Test
    void only_blocks_that_changed_are_written_again_and_removing_the_old_leaves_the_new_whole() throws IOException {
        store().write(large(5), Map.of());
        Entry.Checkpoint newer = new Entry.Checkpoint(10, 10, "step-0000000010", store().write(large(10), Map.of()));
        List<String> fresh = new ArrayList<>();
        for (Path block : files(store().directoryOf(10)))
            if ((int) Files.getAttribute(block, "unix:nlink") == 1)
                fresh.add(block.getFileName().toString());
        assertThat(fresh).hasSize(2).contains(Manifest.FILE);
        assertThat(files(store().directoryOf(10))).hasSizeGreaterThan(30);
        store().prune(List.of(newer), 1, Long.MAX_VALUE);
        assertThat(names()).containsExactly("step-0000000010");
        assertThat(store().newestGood(List.of(newer)).orElseThrow().warnings()).isEmpty();
    }

    @Test
    void damage_to_an_old_block_does_not_spread_to_a_new_checkpoint() throws IOException {
        store().write(large(5), Map.of());
        Path old = blockOf(5, 3);
        byte[] bytes = Files.readAllBytes(old);
        bytes[7] ^= 1;
        Files.write(old, bytes);
        store().write(large(10), Map.of());
        assertThat(store().problems(store().directoryOf(5))).hasSize(1);
        assertThat(store().problems(store().directoryOf(10))).isEmpty();
    }

    @Test
    void parts_written_in_any_order_make_the_checkpoint_one_writer_makes() {
        String alone = store().write(large(5), Map.of());
        CheckpointStore shared = new CheckpointStore(directory.resolve("shared"), new RealDisk(), 64);
        Generation by = new Generation(2, 7);
        List<Part> parts = List.of(shared.cut(large(5), 0, 3), shared.cut(large(5), 1, 3), shared.cut(large(5), 2, 3));
        List<List<String>> digests = new ArrayList<>(List.of(List.of(), List.of(), List.of()));
        for (int part : new int[] {2, 0, 1}) digests.set(part, shared.write(parts.get(part), by));
        List<String> all = digests.stream().flatMap(List::stream).toList();
        assertThat(shared.complete(parts.get(0).outline(), by, all, Map.of())).isEqualTo(alone);
        assertThat(shared.problems(shared.directoryOf(5))).isEmpty();
    }

    @Test
    void a_checkpoint_of_which_a_part_lies_elsewhere_is_refused() {
        CheckpointStore elsewhere = new CheckpointStore(directory.resolve("elsewhere"), new RealDisk(), 64);
        Generation by = new Generation(2, 7);
        List<String> all = new ArrayList<>(store().write(store().cut(large(5), 0, 2), by));
        all.addAll(elsewhere.write(elsewhere.cut(large(5), 1, 2), by));
        Outline outline = store().cut(large(5), 0, 2).outline();
        assertThatThrownBy(() -> store().complete(outline, by, all, Map.of()))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("a worker writes to another file system");
        assertThat(directory.resolve("step-0000000005")).doesNotExist();
    }

    private static Checkpoint madeBy(Generation generation) {
        Checkpoint any = checkpoint(5);
        StateName name = new StateName(0, generation, 5, 100 + generation.number());
        return new Checkpoint(name, any.tensors(), any.replica());
    }

    @Test
    void a_worker_that_was_left_behind_does_not_replace_what_a_later_generation_made() {
        Checkpoint later = madeBy(new Generation(1, 3));
        store().write(later, Map.of());
        assertThatThrownBy(() -> store().write(madeBy(new Generation(1, 2)), Map.of()))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("generation 1.3 has made it, which is later than 1.2");
        assertThat(store().load("step-0000000005").name()).isEqualTo(later.name());
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
        store().write(madeBy(new Generation(2, 1)), Map.of());
        assertThat(store().load("step-0000000005").name())
                .isEqualTo(madeBy(new Generation(2, 1)).name());
    }

    @Test
    void a_manifest_whose_root_is_not_that_of_its_blocks_is_refused() throws IOException {
        store().write(checkpoint(5), Map.of());
        Path manifest = store().directoryOf(5).resolve(Manifest.FILE);
        String root = store().manifest(store().directoryOf(5)).root();
        Files.writeString(manifest, Files.readString(manifest).replace(root, "0".repeat(64)));
        assertThat(store().problems(store().directoryOf(5)))
                .singleElement()
                .asString()
                .contains("names a root");
    }

    private List<String> names() throws IOException {
        return files(directory).stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
