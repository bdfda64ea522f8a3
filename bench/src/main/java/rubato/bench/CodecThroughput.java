package rubato.bench;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import rubato.compress.Codec;
import rubato.compress.Codecs;
import rubato.compress.Exchange;
import rubato.compress.Loops;
import rubato.compress.TopK;
import rubato.model.Kernels;

/**
 * How many gigabytes of float32 a second one core encodes and decodes, from and into a direct buffer, and takes the norm of: values
 * that stay in the nearest caches (256 KiB) and values that do not (64 MiB). CPU time of the thread; the best of 7 rounds.
 */
public final class CodecThroughput {
    private static final int ROUNDS = 7;
    private static final long ROUND_BYTES = 2L << 30;

    private CodecThroughput() {}

    public static void main(String[] arguments) {
        System.out.println("java " + Runtime.version() + ", loops: "
                + Loops.best().name() + ", kernels: " + Kernels.best().name());
        for (int kilobytes : new int[] {256, 64 << 10}) {
            float[] values = values(kilobytes * 256);
            for (String name : new String[] {"fp16", "bf16", "int8"}) codec(Codecs.of(name), values, kilobytes);
            topK(values, kilobytes);
            Kernels kernels = Kernels.best();
            report("norm", kilobytes, values, () -> sink += kernels.squaredNorm(values, 0, values.length));
        }
        if (sink == 42) System.out.println();
    }

    private static double sink;

    private static float[] values(int count) {
        java.util.Random random = new java.util.Random(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian() * 1e-2f;
        return values;
    }

    private static void codec(Codec codec, float[] values, int kilobytes) {
        ByteBuffer wire = ByteBuffer.allocateDirect(codec.bytes(values.length));
        report(codec.name() + " encode", kilobytes, values, () -> codec.encode(values, 0, values.length, wire.clear()));
        report(
                codec.name() + " decode",
                kilobytes,
                values,
                () -> codec.decode(wire.rewind(), values, 0, values.length));
    }

    /** One rank's part of a sum of 1 % of the values, with what is left for the next step. */
    private static void topK(float[] values, int kilobytes) {
        TopK topK = new TopK(0.01);
        Exchange alone = new Alone();
        float[] vector = new float[values.length];
        float[] left = new float[values.length];
        report("top-k 1 %", kilobytes, values, () -> topK.sum(vector, values, left, values.length, alone));
    }

    private static final class Alone implements Exchange {
        @Override
        public int rank() {
            return 0;
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public void allReduce(float[] values, int length) {}

        @Override
        public void allReduce(float[] values, int length, Codec codec, float[] lost) {}

        @Override
        public List<ByteBuffer> allGather(ByteBuffer own) {
            return List.of(own);
        }
    }

    private static void report(String what, int kilobytes, float[] values, Runnable call) {
        long calls = Math.max(1, ROUND_BYTES / (4L * values.length));
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = cpuNanos();
            for (long i = 0; i < calls; i++) call.run();
            best = Math.max(best, 4.0 * values.length * calls / (cpuNanos() - start));
        }
        System.out.printf("%-12s %6d KiB %6.1f GB/s%n", what, kilobytes, best);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
