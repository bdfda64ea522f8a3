package rubato.cli;

import com.google.gson.JsonObject;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.collective.Collective;
import rubato.collective.Collective.Manner;
import rubato.collective.SymmetricVector;
import rubato.compress.Codec;
import rubato.compress.Codecs;
import rubato.plan.Algorithm;
import rubato.policy.AlgorithmChoice;
import rubato.signal.LinkCosts;

/**
 * The schedule of a measurement, the same as of the loops for MPI and gloo beside it: per size clamp(32 MiB/size, 2, 1000) calls to
 * warm up, then 11 samples (7 above 16 MiB) of clamp(64 MiB/size, 1, 1000) calls back to back after a barrier. Before the first
 * size the JVM warms up over all of them for 3 s at most.
 */
final class AllReduceSchedule {
    private static final long WARM_UP_NANOS = 2_900_000_000L;
    /** The compiler's share of processors that waiting ranks would not leave it. */
    private static final long COMPILER_NANOS = 50_000_000L;

    /** Measurements an algorithm is chosen from, each newer one with half the weight. */
    private static final int MEASUREMENTS = 3;

    private static final double NEWER = 0.5;

    private static final long MEBI = 1 << 20;
    private static final float[] NOTHING = {};
    private static final long[] NO_WORDS = {};

    private final Collective collective;
    private final AllReduceRank.Task task;
    private final Consumer<String> results;
    private final @Nullable Codec codec;
    private final Map<Integer, LinkCosts> costs = new HashMap<>();
    private long step;

    AllReduceSchedule(Collective collective, AllReduceRank.Task task, Consumer<String> results) {
        this.collective = collective;
        this.task = task;
        this.results = results;
        this.codec = task.codec().equals("none") ? null : Codecs.of(task.codec());
    }

    void run() {
        warmUp();
        for (long bytes : task.bytes()) measure((int) (bytes / 4));
    }

    /** Rank 0's clock decides for all when it is over. */
    private void warmUp() {
        // whatever measuring does is done once before anything is compiled: a class loaded later would undo that
        correct(vector(1));
        long start = System.nanoTime();
        float[] over = {0};
        while (over[0] == 0) {
            for (long bytes : task.bytes()) {
                if (bytes <= 16 * MEBI) {
                    measureCosts((int) (bytes / 4));
                    Vector vector = vector((int) (bytes / 4));
                    collective.sum(step++, NOTHING, 0);
                    calls(vector, bytes > MEBI ? 1 : (int) clamp(4 * MEBI / Math.max(1, bytes), 10, 1000));
                }
            }
            LockSupport.parkNanos(COMPILER_NANOS);
            boolean enough = collective.rank() == 0 && System.nanoTime() - start > WARM_UP_NANOS;
            over[0] = enough ? 1 : 0;
            collective.sum(step++, over, 1);
        }
    }

    /** Whether there is an algorithm to choose: two ranks have nothing but the exchange, whatever it is called. */
    private boolean chooses() {
        return codec == null
                && task.algorithm().equals("auto")
                && task.place() != AllReduceCommand.Place.SYMMETRIC
                && task.workers() > 2;
    }

    private void measureCosts(int length) {
        if (chooses())
            collective
                    .measure(length)
                    .ifPresent(newer -> costs.merge(length, newer, (known, now) -> known.towards(now, NEWER)));
    }

    private void measure(int length) {
        long bytes = 4L * length;
        costs.remove(length); // what was measured before all was compiled says nothing
        for (int i = 0; i < MEASUREMENTS; i++) measureCosts(length);
        Vector vector = vector(length);
        boolean correct = correct(vector);
        calls(vector, (int) clamp(task.sampleBytes() / 2 / bytes, 2, 1000));
        int calls = (int) clamp(task.sampleBytes() / bytes, 1, 1000);
        double[] micros = new double[bytes > 16 * MEBI ? 7 : 11];
        for (int i = 0; i < micros.length; i++) {
            collective.sum(step++, NOTHING, 0);
            micros[i] = calls(vector, calls) / 1e3 / calls;
        }
        Arrays.sort(micros);
        if (collective.rank() == 0) results.accept(result(bytes, micros, correct));
    }

    private String result(long bytes, double[] micros, boolean correct) {
        JsonObject line = new JsonObject();
        line.addProperty("bytes", bytes);
        line.addProperty("workers", task.workers());
        line.addProperty("transport", collective.transport());
        line.addProperty("algorithm", algorithm((int) (bytes / 4)));
        line.addProperty("codec", task.codec());
        line.addProperty("median_us", rounded(micros[micros.length / 2]));
        line.addProperty("min_us", rounded(micros[0]));
        line.addProperty("p99_us", rounded(micros[Math.min(micros.length - 1, (int) (0.99 * micros.length))]));
        line.addProperty("correct", correct);
        return line.toString();
    }

    /** Encoded vectors go by the streams' exchange, whatever carries them. */
    private String algorithm(int length) {
        if (codec == null && task.algorithm().equals("auto") && !costs.containsKey(length))
            return collective.algorithm(length);
        return by(length).name();
    }

    private Algorithm by(int length) {
        return switch (task.algorithm()) {
            case "halving" -> Algorithm.HALVING;
            case "ring" -> Algorithm.RING;
            case "hierarchical" ->
                new Algorithm.Hierarchical(collective.topology().hostOfRank());
            default ->
                costs.containsKey(length)
                        ? new AlgorithmChoice(collective.topology(), costs.get(length))
                                .next(Algorithm.EXCHANGE, 4L * length)
                        : Algorithm.EXCHANGE;
        };
    }

    private static double rounded(double micros) {
        return Math.round(micros * 1000) / 1000.0;
    }

    private static long clamp(long value, long low, long high) {
        return Math.max(low, Math.min(high, value));
    }

    private long calls(Vector vector, int count) {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) vector.sum(step++);
        return System.nanoTime() - start;
    }

    /** Small whole numbers, whose sums are exact but for the codec's two roundings; zeros afterwards. */
    private boolean correct(Vector vector) {
        int workers = task.workers();
        double largest = workers * (workers - 1) / 2.0 + 6.0 * workers;
        double allowed = 2 * largest * rounding(task.codec());
        FloatBuffer floats = vector.floats();
        for (int i = 0; i < floats.capacity(); i++) floats.put(i, collective.rank() + i % 7);
        vector.sum(step++);
        boolean correct = true;
        for (int i = 0; i < floats.capacity(); i++) {
            correct &= Math.abs(floats.get(i) - (workers * (workers - 1) / 2 + workers * (i % 7))) <= allowed;
            floats.put(i, 0);
        }
        return correct;
    }

    /** Largest error of one rounding in parts of the block's largest value: half a unit in the last place. */
    private static double rounding(String codec) {
        return switch (codec) {
            case "fp16" -> 0x1p-11;
            case "bf16" -> 0x1p-8;
            case "int8" -> 1.0 / 254;
            default -> 0;
        };
    }

    private Vector vector(int length) {
        if (task.place() == AllReduceCommand.Place.SYMMETRIC) {
            SymmetricVector shared = collective.symmetric(length);
            return new Vector.Shared(collective, shared);
        }
        Algorithm by = by(length);
        if (codec != null || !by.equals(Algorithm.EXCHANGE))
            return new Vector.Explicit(collective, new float[length], new Manner(by, codec));
        return new Vector.Own(collective, new float[length]);
    }

    /** Where the numbers are. */
    private sealed interface Vector {
        FloatBuffer floats();

        void sum(long step);

        record Own(Collective collective, float[] array) implements Vector {
            @Override
            public FloatBuffer floats() {
                return FloatBuffer.wrap(array);
            }

            @Override
            public void sum(long step) {
                collective.sum(step, array, array.length);
            }
        }

        record Explicit(Collective collective, float[] array, Manner manner) implements Vector {
            @Override
            public FloatBuffer floats() {
                return FloatBuffer.wrap(array);
            }

            @Override
            public void sum(long step) {
                collective.allReduce(step, array, array.length, NO_WORDS, manner);
            }
        }

        record Shared(Collective collective, SymmetricVector vector) implements Vector {
            @Override
            public FloatBuffer floats() {
                return vector.floats();
            }

            @Override
            public void sum(long step) {
                collective.sum(step, vector, vector.floats().capacity());
            }
        }
    }
}
