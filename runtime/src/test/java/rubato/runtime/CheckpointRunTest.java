package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.checkpoint.CheckpointStore;
import rubato.disk.RealDisk;
import rubato.event.Event;
import rubato.verify.Verifier;

/** Checkpoints of whole runs: damaged ones, and a disk that fills up. */
@Tag("process")
@Timeout(120)
class CheckpointRunTest {
    private interface Damage {
        void to(Path checkpoint) throws IOException;
    }

    @TempDir
    Path home;

    private Jobs jobs;

    @BeforeEach
    void data() throws IOException {
        jobs = new Jobs(home);
    }

    @Test
    void a_damaged_newest_checkpoint_is_passed_over_loudly_and_the_steps_since_the_one_before_are_made_again()
            throws Exception {
        String[] adam = {"optimizer.kind=adam", "optimizer.learning-rate=0.01"};
        String whole =
                jobs.run(config("stop.epochs=5", adam), "whole").summary().stateHash();
        assertPassedOver("block", whole, adam, at -> {
            Path block = blocks(at).get(0);
            byte[] bytes = Files.readAllBytes(block);
            bytes[bytes.length - 1] ^= 1;
            Files.write(block, bytes);
        });
        assertPassedOver("missing", whole, adam, at -> Files.delete(blocks(at).get(1)));
        assertPassedOver("manifest", whole, adam, at -> {
            byte[] bytes = Files.readAllBytes(at.resolve("manifest.json"));
            Files.write(at.resolve("manifest.json"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        });
        assertPassedOver("another", whole, adam, at -> {
            for (Path file : files(at)) Files.delete(file);
            for (Path file : files(at.resolveSibling("step-0000000080")))
                Files.copy(file, at.resolve(file.getFileName()));
        });
    }

    @Test
    void a_worker_without_the_runs_file_system_takes_over_what_another_recomputes_and_the_others_store() {
        String whole = jobs.run(jobs.config("stop.epochs=5"), "whole").summary().stateHash();
        Path directory = home.resolve("apart");
        Map<String, String> apart = Map.of(TestWorker.APART, "worker-000");
        Training.Result first = jobs.training(jobs.config("stop.epochs=3"), directory, false, apart)
                .run(path -> List.of());
        assertThat(first.exitCode()).as(first.reason()).isZero();
        Training.Result second = jobs.training(jobs.config("stop.epochs=5"), directory, true, apart)
                .run(path -> List.of());
        assertThat(second.exitCode()).as(second.reason()).isZero();
        assertThat(second.summary().stateHash()).isEqualTo(whole);
        assertThat(Verifier.verify(directory).violations()).isEmpty();
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    private rubato.config.RunConfig config(String one, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.add(one);
        return jobs.config(all.toArray(new String[0]));
    }

    private void assertPassedOver(String name, String whole, String[] optimizer, Damage damage) throws IOException {
        Path directory = home.resolve(name);
        jobs.run(config("stop.epochs=3", optimizer), name);
        Path newest = directory.resolve("checkpoints/step-0000000120");
        damage.to(newest);
        assertThat(Verifier.verify(directory).violations()).anyMatch(line -> line.contains(newest.toString()));
        List<Event> events = new ArrayList<>();
        Training.Result resumed = jobs.training(config("stop.epochs=5", optimizer), directory, true)
                .run(path -> List.of((at, event) -> events.add(event)));
        assertThat(resumed.exitCode()).as(resumed.reason()).isZero();
        assertThat(resumed.summary().stateHash()).isEqualTo(whole);
        assertThat(events.stream().filter(Event.Warning.class::isInstance).map(Event::toString))
                .anyMatch(line -> line.contains("step-0000000120"));
        assertThat(Verifier.verify(directory).violations()).isEmpty();
        assertThat(Verifier.verify(directory).rollbacks()).isZero();
    }

    private static List<Path> blocks(Path checkpoint) throws IOException {
        return files(checkpoint).stream()
                .filter(file -> !file.endsWith("manifest.json"))
                .toList();
    }

    private static List<Path> files(Path checkpoint) throws IOException {
        try (Stream<Path> files = Files.list(checkpoint)) {
            return files.sorted().toList();
        }
    }

    @Test
    void a_token_file_a_power_cut_left_empty_is_made_anew() throws Exception {
        Path directory = home.resolve("cut");
        jobs.run(jobs.config("stop.epochs=3"), "cut");
        Files.writeString(directory.resolve("token"), "");
        List<Event> events = new ArrayList<>();
        Training.Result resumed = jobs.training(jobs.config("stop.epochs=5"), directory, true)
                .run(path -> List.of((at, event) -> events.add(event)));
        assertThat(resumed.exitCode()).as(resumed.reason()).isZero();
        assertThat(events.stream().filter(Event.Warning.class::isInstance).map(Event::toString))
                .anyMatch(line -> line.contains("token file") && line.contains("a new one is made"));
        assertThat(Verifier.verify(directory).violations()).isEmpty();
    }

    @Test
    void with_keep_for_more_than_the_newest_are_kept() {
        jobs.run(jobs.config("stop.epochs=5", "batch.initial=10"), "few");
        assertThat(home.resolve("few/checkpoints")).isDirectoryContaining("glob:**step-0000001000");
        assertThat(home.resolve("few/checkpoints").toFile().list()).hasSize(2);
        jobs.run(jobs.config("stop.epochs=5", "batch.initial=10", "checkpoint.keep-for=1h"), "all");
        assertThat(home.resolve("all/checkpoints").toFile().list()).hasSize(5);
        assertThat(Verifier.verify(home.resolve("all")).violations()).isEmpty();
    }

    @Test
    void weights_are_exported_as_one_safetensors_file() throws IOException {
        Training.Result result = jobs.run(jobs.config(), "run");
        Path file = home.resolve("weights.safetensors");
        assertThat(Export.weights(result.directory(), OptionalLong.empty(), file, line -> {}))
                .isEqualTo(120);
        byte[] bytes = Files.readAllBytes(file);
        long header = java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getLong();
        String json = new String(bytes, 8, (int) header, java.nio.charset.StandardCharsets.UTF_8);
        assertThat(json).contains("\"dtype\":\"F32\"", "data_offsets");
        assertThat(bytes.length - 8 - header).isEqualTo(4L * (20 * 2 + 2));
    }

    @Test
    void a_disk_full_of_checkpoints_leaves_the_old_one_and_training_goes_on_until_there_is_room() throws Exception {
        Path directory = home.resolve("full");
        Training training =
                jobs.training(jobs.config("stop.epochs=1000000", "checkpoint.every-steps=40"), directory, false);
        CompletableFuture<Training.Result> run = CompletableFuture.supplyAsync(
                () -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
        await(() -> count(Event.CheckpointStored.class) > 0);
        Path checkpoints = directory.resolve("checkpoints");
        Assumptions.assumeTrue(mount(checkpoints), "SKIPPED: this test needs to mount a tmpfs, as root");
        try {
            long before = count(Event.CheckpointStored.class);
            await(() -> count(Event.CheckpointStored.class) > before + 2);
            await(() -> {
                fill(checkpoints);
                return warned("No space left on device");
            });
            long stored = count(Event.CheckpointStored.class);
            long steps = count(Event.StepCommitted.class);
            await(() -> count(Event.StepCommitted.class) > steps + 2);
            assertThat(count(Event.CheckpointStored.class)).isEqualTo(stored);
            assertThat(gone()).isEmpty();
            Path newest = directory.resolve("checkpoints").resolve(newest());
            assertThat(new CheckpointStore(checkpoints, new RealDisk()).problems(newest))
                    .isEmpty();
            Files.delete(checkpoints.resolve("ballast"));
            await(() -> count(Event.CheckpointStored.class) > stored + 1);
            training.interrupt();
            Training.Result result = run.get(60, TimeUnit.SECONDS);
            assertThat(result.exitCode()).as(result.reason()).isZero();
            assertThat(Verifier.verify(directory).violations()).isEmpty();
        } finally {
            training.kill();
            command("umount", "-l", checkpoints.toString());
        }
    }

    private static boolean mount(Path at) throws Exception {
        return command("mount", "-t", "tmpfs", "-o", "size=400k", "none", at.toString());
    }

    private static boolean command(String... words) throws Exception {
        return new ProcessBuilder(words).inheritIO().start().waitFor() == 0;
    }

    /** Takes the room there is; to be called again, since the run removes an old checkpoint after a new one. */
    private static void fill(Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        try (OutputStream ballast = Files.newOutputStream(
                directory.resolve("ballast"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ballast.write(new byte[(int) store.getUsableSpace()]);
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left on device");
        }
    }

    private String newest() {
        return List.copyOf(jobs.events).stream()
                .filter(Event.CheckpointStored.class::isInstance)
                .map(event -> ((Event.CheckpointStored) event).directory())
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private boolean warned(String words) {
        return List.copyOf(jobs.events).stream()
                .anyMatch(
                        event -> event instanceof Event.Warning w && w.message().contains(words));
    }

    private List<Event> gone() {
        return List.copyOf(jobs.events).stream()
                .filter(Event.WorkerLeft.class::isInstance)
                .toList();
    }

    private long count(Class<? extends Event> kind) {
        return List.copyOf(jobs.events).stream().filter(kind::isInstance).count();
    }

    private static void await(java.util.concurrent.Callable<Boolean> holds) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(holds);
    }
}
