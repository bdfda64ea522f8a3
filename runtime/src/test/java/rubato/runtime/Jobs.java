package rubato.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import rubato.config.RunConfig;
import rubato.event.Event;
import rubato.random.SplitMix;
import rubato.verify.Verifier;

/** Real runs of a small logistic regression for tests: coordinator in this JVM, workers as processes. */
final class Jobs {
    static final int ROWS = 2000;
    private static final int PIXELS = 20;

    private final Path home;
    final List<Event> events = java.util.Collections.synchronizedList(new ArrayList<>());

    Jobs(Path home) throws IOException {
        this.home = home;
        write("train", ROWS, 1);
        write("test", 400, 2);
    }

    /** Images of 4 × 5 noisy pixels, two classes told apart by a fixed pattern. */
    private void write(String part, int count, long seed) throws IOException {
        SplitMix random = new SplitMix(seed);
        ByteBuffer images = ByteBuffer.allocate(16 + count * PIXELS)
                .putInt(0x00000803)
                .putInt(count)
                .putInt(4)
                .putInt(5);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x00000801).putInt(count);
        for (int row = 0; row < count; row++) {
            int label = random.nextInt(2);
            labels.put((byte) label);
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                double tilt = (pixel % 3 - 1) * (label == 0 ? -40 : 40);
                images.put((byte) Math.max(0, Math.min(255, 128 + tilt + 60 * random.nextGaussian())));
            }
        }
        Files.write(home.resolve(part + "-images"), images.array());
        Files.write(home.resolve(part + "-labels"), labels.array());
    }

    /** Ends the process that joined under this name last. */
    void kill(String worker) {
        List<Event> seen = List.copyOf(events);
        long pid = seen.stream()
                .filter(event -> event instanceof Event.WorkerJoined joined
                        && joined.worker().equals(worker))
                .mapToLong(event -> ((Event.WorkerJoined) event).pid())
                .reduce((first, second) -> second)
                .orElseThrow();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    RunConfig config(String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "data.format=idx",
                "data.classes=2",
                file("train-images"),
                file("train-labels"),
                file("test-images"),
                file("test-labels"),
                "model.kind=softmax",
                "optimizer.learning-rate=0.1",
                "batch.initial=50",
                "stop.epochs=3"));
        all.addAll(List.of(overrides));
        return RunConfig.load(Optional.of(empty()), all);
    }

    private String file(String part) {
        return "data." + part + "=\"" + home.resolve(part) + "\"";
    }

    private Path empty() {
        Path file = home.resolve("empty.conf");
        try {
            Files.writeString(file, "");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return file;
    }

    Training training(RunConfig config, Path directory, boolean resume) {
        return training(config, directory, resume, Map.of());
    }

    Training training(RunConfig config, Path directory, boolean resume, Map<String, String> environment) {
        List<String> command = List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Ddata.home=" + home.resolve("data"),
                "-cp",
                System.getProperty("java.class.path"),
                TestWorker.class.getName());
        return new Training(
                config,
                new Training.Options(
                        Optional.of(directory), resume, command, environment, home.resolve("data"), "test", line -> {}),
                new SystemClock());
    }

    /** A run all of whose members stayed, and where it lies. */
    record Steady(Path directory, Training.Result result) {}

    /**
     * A run with no more generations than starts. On a machine that is held up for seconds workers are left behind and taken back; then the
     * members were others and so is the state, which is no matter of the test: such a run is made again, three times at most.
     *
     * @param run makes it in a directory of this name
     */
    Steady steady(String directory, int starts, Function<String, Training.Result> run) {
        for (int attempt = 1; ; attempt++) {
            String name = directory + "-" + attempt;
            Training.Result result = run.apply(name);
            int generations = Verifier.verify(home.resolve(name)).generations();
            if (generations == starts || attempt == 3) return new Steady(home.resolve(name), result);
        }
    }

    Training.Result run(RunConfig config, String directory) {
        return training(config, home.resolve(directory), false).run(path -> List.of((at, event) -> events.add(event)));
    }
}
