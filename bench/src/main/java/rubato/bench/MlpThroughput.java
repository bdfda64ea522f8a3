package rubato.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import rubato.data.Samples;
import rubato.model.GradientSink;
import rubato.model.Model;
import rubato.model.ModelSpec;
import rubato.model.Models;

/**
 * Question: is the built-in perceptron (pure Java) at least half as fast as DJL's with PyTorch on one thread? Gradients of a
 * 784-256-10 network, the two in turns so that both see the same machine; the median of the rounds and their spread, per second of the
 * thread's processor time (both compute on the calling thread alone), so that other load matters little.
 * Turns of one process, which JMH's forks are not, are why this is not a JMH benchmark.
 */
public final class MlpThroughput {
    private static final int[] BATCHES = {64, 128, 1024};
    private static final List<String> KINDS = List.of("mlp", "djl-mlp");

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int rounds;
    private final long roundNanos;

    private MlpThroughput(int rounds, long roundNanos) {
        this.rounds = rounds;
        this.roundNanos = roundNanos;
    }

    /** Arguments: rounds, milliseconds per round and model, file of the report. */
    public static void main(String[] args) throws IOException {
        MlpThroughput benchmark = new MlpThroughput(Integer.parseInt(args[0]), Long.parseLong(args[1]) * 1_000_000);
        StringBuilder rows = new StringBuilder();
        for (int batch : BATCHES) rows.append(benchmark.row(batch));
        Path file = Path.of(args[2]).toAbsolutePath();
        Path directory = file.getParent();
        if (directory != null) Files.createDirectories(directory);
        String report = heading(benchmark.rounds) + rows;
        Files.writeString(file, report);
        System.out.print(report);
    }

    private static String heading(int rounds) {
        return String.format(
                Locale.ROOT,
                """
                # Built-in perceptron against DJL

                Question: does the built-in MLP reach half of DJL's samples/s on one thread at batch 64 and above?
                Written by `bench/mlp.sh`: gradients of 784-256-10, both in one process in turns, %d rounds each;
                samples per second of the one computing thread's processor time: median (smallest–largest).

                Machine: %d processors, %s, JDK %s.

                | batch | mlp, samples/s | djl-mlp, samples/s | ratio |
                |---|---|---|---|
                """,
                rounds,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                Runtime.version());
    }

    private String row(int batch) {
        Samples samples = new Images(batch, 1).all();
        List<Contender> contenders =
                KINDS.stream().map(kind -> new Contender(kind, samples)).toList();
        for (int i = 0; i < 2; i++) contenders.forEach(c -> c.rate(roundNanos));
        List<List<Double>> rates = List.of(new ArrayList<>(), new ArrayList<>());
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++)
                rates.get(i).add(contenders.get(i).rate(roundNanos));
        }
        contenders.forEach(Contender::close);
        double ratio = median(rates.get(0)) / median(rates.get(1));
        return String.format(
                Locale.ROOT, "| %d | %s | %s | %.2f |%n", batch, text(rates.get(0)), text(rates.get(1)), ratio);
    }

    private static String text(List<Double> rates) {
        double least = rates.stream().mapToDouble(r -> r).min().orElseThrow();
        double most = rates.stream().mapToDouble(r -> r).max().orElseThrow();
        return String.format(Locale.ROOT, "%,.0f (%,.0f–%,.0f)", median(rates), least, most);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    /** One model with its parameters, asked for the same gradient over and over. */
    private static final class Contender {
        private final Model model;
        private final Samples samples;
        private final float[] parameters;
        private final float[] gradient;

        Contender(String kind, Samples samples) {
            this.model = Models.make(new ModelSpec(kind, List.of(256), 0, true, "he"), samples.data());
            this.samples = samples;
            this.parameters = new float[model.parameterCount()];
            this.gradient = new float[parameters.length];
            model.initialize(parameters, 1);
        }

        /** Samples per second of processor time over at least this long. */
        double rate(long nanos) {
            long begin = THREADS.getCurrentThreadCpuTime();
            long calls = 0;
            long elapsed = 0;
            while (elapsed < nanos) {
                model.gradient(parameters, samples, samples.count(), gradient, GradientSink.NONE);
                calls++;
                elapsed = THREADS.getCurrentThreadCpuTime() - begin;
            }
            return calls * samples.count() / (elapsed * 1e-9);
        }

        void close() {
            model.close();
        }
    }
}
