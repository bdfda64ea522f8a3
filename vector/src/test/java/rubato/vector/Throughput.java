package rubato.vector;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import rubato.data.DenseDataset;
import rubato.data.Samples;
import rubato.model.GradientSink;
import rubato.model.Kernels;
import rubato.model.Model;
import rubato.model.ModelSpec;
import rubato.model.Models;
import rubato.model.StateHash;
import rubato.optim.Optimizer;
import rubato.optim.OptimizerSpec;
import rubato.optim.Optimizers;
import rubato.optim.ScheduleSpec;

/** How many samples a second one thread trains with (gradient and SGD), built-in MLP 784-256-10 and softmax 784-10: {@code main}, no test. */
final class Throughput {
    private static final int SIZE = 8192;

    private Throughput() {}

    public static void main(String[] arguments) {
        System.out.println(Runtime.version() + ", kernels: " + Kernels.best().name());
        double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 2;
        for (String kind : List.of("mlp", "softmax"))
            for (int batch : new int[] {64, 128, 1024})
                System.out.printf("%s batch %d: %.0f samples/s%n", kind, batch, train(kind, batch, seconds));
        kernels();
    }

    private static double train(String kind, int batch, double seconds) {
        DenseDataset data = new Pixels();
        Model model = Models.make(new ModelSpec(kind, List.of(256), 8, true, "he"), data);
        float[] parameters = new float[model.parameterCount()];
        model.initialize(parameters, 1);
        ScheduleSpec schedule = new ScheduleSpec("constant", 0, 0, 0, List.of(), 1);
        Optimizer optimizer = Optimizers.make(
                new OptimizerSpec("sgd", 0.01, 0, false, 0, Double.POSITIVE_INFINITY, 0.9, 0.999, 1e-8, schedule),
                parameters.length);
        float[] gradient = new float[parameters.length];
        int[] ids = IntStream.range(0, SIZE).toArray();
        Kernels kernels = Kernels.best();
        double best = 0;
        for (int round = 0; round < 3; round++) {
            long start = cpuNanos();
            long samples = 0;
            for (int at = 0; cpuNanos() - start < seconds * 1e9; at = (at + batch) % SIZE) {
                model.gradient(parameters, new Samples(data, ids, at, at + batch), 8, gradient, GradientSink.NONE);
                kernels.scale(gradient, 0, gradient.length, 1f / batch);
                optimizer.update(parameters, gradient, 0.01);
                samples += batch;
            }
            best = Math.max(best, samples * 1e9 / (cpuNanos() - start));
        }
        return best;
    }

    /** CPU time of this thread, so that other processes on the machine disturb less. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void kernels() {
        Kernels kernels = Kernels.best();
        float[] v = new float[1 << 18];
        double sink = 0;
        for (int round = 0; round < 4; round++) {
            long start = cpuNanos();
            for (int i = 0; i < 500; i++) sink += StateHash.of(i, v, 0, v.length);
            double hash = 500.0 * v.length * 4 / (cpuNanos() - start);
            start = cpuNanos();
            for (int i = 0; i < 500; i++) sink += kernels.allFinite(v, 0, v.length) ? 1 : 0;
            double finite = 500.0 * v.length * 4 / (cpuNanos() - start);
            start = cpuNanos();
            for (int i = 0; i < 500; i++) sink += kernels.squaredNorm(v, 0, v.length);
            double norm = 500.0 * v.length * 4 / (cpuNanos() - start);
            System.out.printf("GB/s: hash %.1f, allFinite %.1f, squaredNorm %.1f%n", hash, finite, norm);
        }
        if (sink == 42) System.out.println();
    }

    /** Bytes scaled by 1/255, as images are. */
    private static final class Pixels implements DenseDataset {
        private final byte[] bytes = new byte[SIZE * 784];

        Pixels() {
            new java.util.Random(1).nextBytes(bytes);
        }

        @Override
        public int size() {
            return SIZE;
        }

        @Override
        public int features() {
            return 784;
        }

        @Override
        public int classes() {
            return 10;
        }

        @Override
        public int label(int sample) {
            return (bytes[sample] & 255) % 10;
        }

        @Override
        public void copy(int sample, float[] into, int offset) {
            int from = sample * 784;
            for (int i = 0; i < 784; i++) into[offset + i] = (bytes[from + i] & 255) * (1f / 255);
        }

        @Override
        public ImageShape image() {
            return new ImageShape(28, 28, 1);
        }
    }
}
