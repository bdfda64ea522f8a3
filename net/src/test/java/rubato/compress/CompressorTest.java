package rubato.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class CompressorTest {
    private static final int LENGTH = 12 * 40 + 40 + 40 * 10 + 10;
    private static final List<Matrix> MATRICES = List.of(new Matrix(0, 12, 40), new Matrix(520, 40, 10));

    private static Map<String, Supplier<Compressor>> compressors() {
        Map<String, Supplier<Compressor>> all = new TreeMap<>();
        for (String codec : Codecs.names()) all.put(codec, () -> new CodecSum(Codecs.of(codec)));
        all.put("whole", Whole::new);
        all.put("top-k", () -> new TopK(0.05));
        all.put("power-sgd", () -> new PowerSgd(LENGTH, MATRICES, 2, 7));
        return all;
    }

    /** One rank's gradients of some steps: a direction they share, and noise. */
    private static float[][] gradients(int rank, int steps) {
        SplitMix shared = new SplitMix(99);
        SplitMix own = new SplitMix(rank + 1);
        float[][] all = new float[steps][LENGTH];
        for (float[] gradient : all)
            for (int i = 0; i < LENGTH; i++)
                gradient[i] = (float) (shared.nextGaussian() * Math.scalb(1.0, i % 11 - 8) + 0.05 * own.nextGaussian());
        return all;
    }

    private record Ran(float[] lastSum, double[] transmitted, float[] residual) {}

    private static Ran train(Compressor compressor, Exchange wire, int steps) {
        ErrorFeedback feedback = new ErrorFeedback(LENGTH);
        double[] transmitted = new double[LENGTH];
        float[] vector = new float[LENGTH];
        float[][] gradients = gradients(wire.rank(), steps);
        for (int step = 1; step <= steps; step++) {
            System.arraycopy(gradients[step - 1], 0, vector, 0, LENGTH);
            feedback.sum(step, compressor, vector, wire);
            feedback.settle(step);
            for (int i = 0; i < LENGTH; i++) transmitted[i] += vector[i];
        }
        return new Ran(vector, transmitted, feedback.carried().clone());
    }

    @Test
    void what_was_transmitted_and_what_is_left_are_all_gradients_together() throws Exception {
        for (int size : new int[] {1, 2, 3, 5}) {
            for (Map.Entry<String, Supplier<Compressor>> entry : compressors().entrySet()) {
                List<Ran> ranks =
                        InProcess.run(size, wire -> train(entry.getValue().get(), wire, 12));
                double[] expected = new double[LENGTH];
                double[] actual = ranks.get(0).transmitted().clone();
                for (int rank = 0; rank < size; rank++) {
                    for (float[] gradient : gradients(rank, 12))
                        for (int i = 0; i < LENGTH; i++) expected[i] += gradient[i];
                    for (int i = 0; i < LENGTH; i++)
                        actual[i] += ranks.get(rank).residual()[i];
                }
                for (int i = 0; i < LENGTH; i++)
                    assertThat(actual[i])
                            .as("%s on %d, element %d", entry.getKey(), size, i)
                            .isCloseTo(expected[i], within(2e-4));
            }
        }
    }

    @Test
    void every_rank_ends_with_the_same_bits_and_a_second_run_has_them_too() throws Exception {
        for (Map.Entry<String, Supplier<Compressor>> entry : compressors().entrySet()) {
            List<Ran> first = InProcess.run(4, wire -> train(entry.getValue().get(), wire, 5));
            List<Ran> second = InProcess.run(4, wire -> train(entry.getValue().get(), wire, 5));
            for (int rank = 0; rank < 4; rank++) {
                assertThat(first.get(rank).lastSum())
                        .as(entry.getKey())
                        .isEqualTo(first.get(0).lastSum());
                assertThat(second.get(rank).lastSum()).isEqualTo(first.get(0).lastSum());
                assertThat(second.get(rank).residual())
                        .isEqualTo(first.get(rank).residual());
            }
        }
    }

    /** Written down once; every JDK, machine and provider of loops must find the same bits. */
    @Test
    void sums_after_four_steps_have_the_recorded_bits() throws Exception {
        Map<String, Integer> found = new TreeMap<>();
        for (Map.Entry<String, Supplier<Compressor>> entry : compressors().entrySet())
            found.put(
                    entry.getKey(),
                    Arrays.hashCode(
                            InProcess.run(3, wire -> train(entry.getValue().get(), wire, 4))
                                    .get(2)
                                    .lastSum()));
        assertThat(found)
                .isEqualTo(Map.of(
                        "bf16",
                        -1108848703,
                        "fp16",
                        593752001,
                        "int8",
                        974379161,
                        "none",
                        -1372429320,
                        "power-sgd",
                        1430014015,
                        "top-k",
                        494423432,
                        "whole",
                        -1372429320));
    }

    private static int[] largest(float[] values, int k) {
        int length = values.length;
        float[] half = values.clone();
        for (int i = 0; i < length; i++) half[i] *= 0.5f;
        float[] sum = new float[length];
        int[] found = new LargestValues(Loops.scalar()).ofSum(half.clone(), half, sum, length, k);
        assertThat(sum).isEqualTo(values);
        return found;
    }

    @Test
    void top_k_sends_the_largest_magnitudes_and_of_equal_ones_the_first() {
        SplitMix random = new SplitMix(5);
        for (int round = 0; round < 200; round++) {
            int length = random.nextInt(20_000);
            int levels = 1 + random.nextInt(round % 2 == 0 ? 5 : 1_000_000);
            float[] values = new float[length];
            for (int i = 0; i < length; i++) values[i] = (random.nextInt(2 * levels + 1) - levels) * 0.01f;
            int k = TopK.kept(0.001 + random.nextDouble() * 0.2, length);
            int[] expected = IntStream.range(0, length)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(i -> -Math.abs(values[i]))
                            .thenComparing(i -> i))
                    .limit(k)
                    .sorted()
                    .mapToInt(i -> i)
                    .toArray();
            int[] actual = Arrays.copyOf(largest(values, k), k);
            assertThat(actual).as("%d of %d", k, length).isEqualTo(expected);
        }
    }

    @Test
    void a_sample_that_misleads_changes_nothing() {
        float[] values = new float[1 << 20];
        for (int i = 0; i < values.length; i++) values[i] = i % 256 == 0 ? 1000 + i : 1f / (1 + i % 7);
        for (int i = 0; i < 3000; i++) values[1 + 256 * i] = 1e7f + i;
        int[] found = Arrays.copyOf(largest(values, 3000), 3000);
        assertThat(found)
                .isEqualTo(IntStream.range(0, 3000).map(i -> 1 + 256 * i).toArray());
    }

    @Test
    void a_number_that_is_not_one_goes_first_and_reaches_every_rank() throws Exception {
        for (Map.Entry<String, Supplier<Compressor>> entry : compressors().entrySet()) {
            List<float[]> sums = InProcess.run(2, wire -> {
                float[] vector = gradients(wire.rank(), 1)[0];
                if (wire.rank() == 1) vector[100] = Float.NaN;
                new ErrorFeedback(LENGTH).sum(1, entry.getValue().get(), vector, wire);
                return vector;
            });
            for (float[] sum : sums) assertThat(sum[100]).as(entry.getKey()).isNaN();
        }
    }

    @Test
    void a_matrix_of_low_rank_is_transmitted_whole() throws Exception {
        float[] matrix = new float[30 * 50];
        SplitMix random = new SplitMix(3);
        double[] u =
                IntStream.range(0, 60).mapToDouble(i -> random.nextGaussian()).toArray();
        double[] v =
                IntStream.range(0, 100).mapToDouble(i -> random.nextGaussian()).toArray();
        for (int i = 0; i < 30; i++)
            for (int j = 0; j < 50; j++) matrix[i * 50 + j] = (float) (u[i] * v[j] + u[30 + i] * v[50 + j]);
        List<float[]> left = InProcess.run(3, wire -> {
            float[] rest = new float[1500];
            float[] vector = matrix.clone();
            new PowerSgd(1500, List.of(new Matrix(0, 30, 50)), 2, 1).sum(vector, new float[1500], rest, 1500, wire);
            for (int i = 0; i < 1500; i++) assertThat(vector[i]).isCloseTo(3 * matrix[i], within(1e-4f));
            return rest;
        });
        for (float[] rest : left) for (float value : rest) assertThat(value).isCloseTo(0, within(1e-4f));
    }

    @Test
    void a_gradient_of_zeros_leaves_power_sgd_able_to_go_on() throws Exception {
        List<float[]> sums = InProcess.run(2, wire -> {
            PowerSgd compressor = new PowerSgd(LENGTH, MATRICES, 2, 7);
            float[] rest = new float[LENGTH];
            compressor.sum(new float[LENGTH], new float[LENGTH], rest, LENGTH, wire);
            float[] vector = gradients(0, 1)[0];
            compressor.sum(vector, new float[LENGTH], rest, LENGTH, wire);
            return vector;
        });
        double norm = 0;
        for (float value : sums.get(0)) norm += value * value;
        assertThat(norm).isGreaterThan(1);
    }

    /** Others may have the sum where this rank's last operation broke. */
    @Test
    void what_is_left_is_known_before_the_last_message_is_sent() {
        for (Map.Entry<String, Supplier<Compressor>> entry : compressors().entrySet()) {
            float[] whole = new float[LENGTH];
            entry.getValue().get().sum(gradients(0, 1)[0], new float[LENGTH], whole, LENGTH, InProcess.alone());
            int operations = entry.getKey().equals("power-sgd") ? 2 : 1;
            float[] broken = new float[LENGTH];
            assertThatThrownBy(() -> entry.getValue()
                            .get()
                            .sum(gradients(0, 1)[0], new float[LENGTH], broken, LENGTH, new Breaking(operations)))
                    .hasMessage("broken");
            assertThat(broken).as(entry.getKey()).isEqualTo(whole);
        }
    }

    /** The last operation arrives everywhere but here. */
    private static final class Breaking implements Exchange {
        private final Exchange alone = InProcess.alone();
        private int left;

        Breaking(int operations) {
            left = operations;
        }

        private void count() {
            if (--left == 0) throw new IllegalStateException("broken");
        }

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public void allReduce(float[] values, int length) {
            alone.allReduce(values, length);
            count();
        }

        @Override
        public void allReduce(float[] values, int length, Codec codec, float[] lost) {
            alone.allReduce(values, length, codec, lost);
            count();
        }

        @Override
        public List<ByteBuffer> allGather(ByteBuffer own) {
            List<ByteBuffer> all = alone.allGather(own);
            count();
            return all;
        }
    }

    @Test
    void damaged_messages_of_top_k_give_the_declared_error_or_a_sum() {
        SplitMix random = new SplitMix(17);
        float[] sum = new float[100];
        for (int round = 0; round < 2000; round++) {
            ByteBuffer message = ByteBuffer.allocate(random.nextInt(4) == 0 ? random.nextInt(60) : 40)
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i + 4 <= message.capacity(); i += 4)
                message.putInt(i, i / 4 * random.nextInt(9) - random.nextInt(3));
            try {
                TopK.add(message, 3, 5, sum, 100);
            } catch (CompressionException e) {
                assertThat(e).hasMessageStartingWith("rank 3 sent ");
            }
        }
    }

    @Test
    void parameters_out_of_range_are_refused_with_the_range() {
        assertThatThrownBy(() -> new TopK(0)).hasMessage("fraction must be in (0, 1], was 0.0");
        assertThatThrownBy(() -> new PowerSgd(10, List.of(), 0, 1)).hasMessage("rank must be >= 1, was 0");
        assertThatThrownBy(() -> new PowerSgd(10, List.of(new Matrix(5, 2, 3)), 1, 1))
                .hasMessageContaining("overlaps");
    }
}
