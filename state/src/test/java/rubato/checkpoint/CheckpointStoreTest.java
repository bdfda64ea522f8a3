package rubato.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        return new CheckpointStore(directory, new RealDisk());
    }

    static Checkpoint checkpoint(long step) {
        float[] flat = {1, 2, 3, 4, 5, 6, Float.NaN, -0.0f};
        return new Checkpoint(
                new StateName(0, new Generation(1, 1), step, 77 + step),
                List.of(
                        new Checkpoint.Tensor("layer0.weight", List.of(2, 3), flat, 0),
                        new Checkpoint.Tensor("layer0.bias", List.of(2), flat, 6),
                        new Checkpoint.Tensor("optimizer.momentum", List.of(8), flat, 0)),
                new byte[] {9, 8, 7});
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
        Files.write(store().directoryOf(10).resolve("model.safetensors"), new byte[3]);
        CheckpointStore.Found found = store().newestGood(all).orElseThrow();
        assertThat(found.registered().step()).isEqualTo(5);
        assertThat(found.warnings()).singleElement().asString().contains("step 10", "model.safetensors", "3 bytes");
    }

    @Test
    void pruning_keeps_the_newest_and_what_may_soon_be_registered() throws IOException {
        List<Entry.Checkpoint> all = List.of(registered(5), registered(10), registered(15));
        registered(20);
        Files.createDirectory(directory.resolve("step-0000000007.tmp"));
        store().prune(all, 2);
        assertThat(names()).containsExactly("step-0000000010", "step-0000000015", "step-0000000020");
        store().removeUnregistered(all);
        assertThat(names()).containsExactly("step-0000000010", "step-0000000015");
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
