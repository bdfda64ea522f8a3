package rubato.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rubato.config.RunConfig;
import rubato.event.Event;
import rubato.random.SplitMix;

/** Real runs of a small logistic regression for tests: coordinator in this JVM, workers as processes. */
final class Jobs {
    static final int ROWS = 2000;

    private final Path home;
    final List<Event> events = java.util.Collections.synchronizedList(new ArrayList<>());

    Jobs(Path home) throws IOException {
        this.home = home;
        Files.writeString(home.resolve("train.svm"), rows(ROWS, 1));
        Files.writeString(home.resolve("test.svm"), rows(400, 2));
    }

    private static String rows(int count, long seed) {
        SplitMix random = new SplitMix(seed);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < count; row++) {
            double score = 0;
            StringBuilder features = new StringBuilder();
            for (int feature = 1; feature <= 20; feature++) {
                double value = random.nextGaussian();
                score += value * ((feature % 3) - 1);
                features.append(' ').append(feature).append(':').append((float) value);
            }
            text.append(score + random.nextGaussian() > 0 ? "+1" : "-1").append(features).append('\n');
        }
        return text.toString();
    }

    RunConfig config(String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "data.format=libsvm", "data.train=\"" + home.resolve("train.svm") + "\"", "data.test=\"" + home.resolve("test.svm") + "\"",
                "data.features=20", "model.kind=logistic", "optimizer.learning-rate=0.1", "batch.initial=50", "stop.epochs=3"));
        all.addAll(List.of(overrides));
        return RunConfig.load(Optional.of(empty()), all);
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
        List<String> command = List.of(
                System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Ddata.home=" + home.resolve("data"),
                "-cp", System.getProperty("java.class.path"), TestWorker.class.getName());
        return new Training(
                config,
                new Training.Options(Optional.of(directory), resume, command, Map.of(), home.resolve("data"), "test", line -> {}),
                new SystemClock());
    }

    Training.Result run(RunConfig config, String directory) {
        return training(config, home.resolve(directory), false).run(path -> List.of((at, event) -> events.add(event)));
    }
}
