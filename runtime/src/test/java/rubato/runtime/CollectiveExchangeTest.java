package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import rubato.collective.Collective;
import rubato.collective.Mesh;
import rubato.compress.CodecSum;
import rubato.compress.Codecs;
import rubato.compress.Compressor;
import rubato.compress.ErrorFeedback;
import rubato.compress.Exchange;
import rubato.compress.InProcess;
import rubato.compress.Matrix;
import rubato.compress.PowerSgd;
import rubato.compress.TopK;
import rubato.compress.Whole;
import rubato.net.Peer;
import rubato.net.Token;
import rubato.plan.Algorithm;
import rubato.plan.AllReduce;
import rubato.random.SplitMix;
import rubato.world.WorkerId;

@Timeout(120)
class CollectiveExchangeTest {
    private static final int STEPS = 3;

    /** The sums and the residual of one rank, as bits, and what it sent. */
    private record Outcome(List<Integer> sums, int residual, long sentBytes) {}

    private static Map<String, IntFunction<Compressor>> compressors() {
        Map<String, IntFunction<Compressor>> all = new LinkedHashMap<>();
        for (String codec : Codecs.names()) all.put(codec, length -> new CodecSum(Codecs.of(codec)));
        all.put("top-k", length -> new TopK(0.01));
        all.put("power-sgd", length -> new PowerSgd(length, List.of(new Matrix(0, 10, length / 20)), 2, 5));
        return all;
    }

    private static Outcome train(Compressor compressor, Exchange wire, int length, long sent) {
        ErrorFeedback feedback = new ErrorFeedback(length);
        SplitMix random = new SplitMix(wire.rank() + 1);
        List<Integer> sums = new ArrayList<>();
        float[] vector = new float[length];
        for (int step = 1; step <= STEPS; step++) {
            for (int i = 0; i < length; i++)
                vector[i] = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(9) - 6));
            feedback.sum(step, compressor, vector, wire);
            feedback.settle(step);
            sums.add(Arrays.hashCode(vector));
        }
        return new Outcome(sums, Arrays.hashCode(feedback.carried()), sent);
    }

    private static List<Outcome> overTheWire(int size, int length, IntFunction<Compressor> make) throws Exception {
        return overTheWire(size, length, AllReduce.PLAIN, make);
    }

    private static List<Outcome> overTheWire(int size, int length, AllReduce how, IntFunction<Compressor> make)
            throws Exception {
        Token token = Token.random();
        List<Mesh> meshes = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            for (int rank = 0; rank < size; rank++) meshes.add(Mesh.open(token, new WorkerId("w" + rank, 1)));
            List<Peer> addresses = new ArrayList<>();
            for (Mesh mesh : meshes) addresses.add(new Peer(new WorkerId("w" + addresses.size(), 1), mesh.address()));
            List<Future<Outcome>> futures = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                int own = rank;
                Callable<Outcome> work = () -> {
                    try (Collective collective =
                            meshes.get(own).connect(1, 1, own, addresses, Duration.ofSeconds(20))) {
                        CollectiveExchange wire = new CollectiveExchange(collective, 7, how);
                        wire.control(new long[] {own});
                        Outcome outcome = train(make.apply(length), wire, length, 0);
                        long[][] controls = wire.gathered().controls();
                        for (int peer = 0; peer < size; peer++)
                            assertThat(controls[peer]).containsExactly(peer);
                        return new Outcome(outcome.sums(), outcome.residual(), wire.sentBytes());
                    }
                };
                futures.add(threads.submit(work));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> future : futures) outcomes.add(future.get(60, TimeUnit.SECONDS));
            return outcomes;
        } finally {
            threads.shutdownNow();
            meshes.forEach(Mesh::close);
        }
    }

    @Test
    void sums_and_residuals_over_the_wire_have_the_bits_of_those_within_one_process() throws Exception {
        for (int size : new int[] {1, 2, 3, 4}) {
            for (int length : new int[] {40, 1000, 70_000}) {
                for (Map.Entry<String, IntFunction<Compressor>> each :
                        compressors().entrySet()) {
                    List<Outcome> wire = overTheWire(size, length, each.getValue());
                    List<Outcome> within =
                            InProcess.run(size, seat -> train(each.getValue().apply(length), seat, length, 0));
                    for (int rank = 0; rank < size; rank++) {
                        String what = each.getKey() + ", rank " + rank + " of " + size + ", length " + length;
                        assertThat(wire.get(rank).sums())
                                .as(what)
                                .isEqualTo(within.get(rank).sums());
                        assertThat(wire.get(rank).residual())
                                .as(what)
                                .isEqualTo(within.get(rank).residual());
                    }
                }
            }
        }
    }

    @Test
    void so_have_sums_by_any_algorithm_whole_and_in_buckets() throws Exception {
        for (Algorithm algorithm : List.of(
                Algorithm.EXCHANGE,
                Algorithm.RING,
                Algorithm.HALVING,
                new Algorithm.Hierarchical(List.of(0, 1, 0, 1)))) {
            for (int bucketBytes : new int[] {0, 4_000}) {
                AllReduce how = new AllReduce(algorithm, bucketBytes);
                for (IntFunction<Compressor> make : List.<IntFunction<Compressor>>of(
                        length -> new Whole(), compressors().get("power-sgd"))) {
                    List<Outcome> wire = overTheWire(4, 9_001, how, make);
                    List<Outcome> within = InProcess.run(4, how, seat -> train(make.apply(9_001), seat, 9_001, 0));
                    for (int rank = 0; rank < 4; rank++)
                        assertThat(wire.get(rank).sums())
                                .as(how.toString())
                                .isEqualTo(within.get(rank).sums());
                }
            }
        }
    }

    @Test
    void a_compressed_sum_sends_as_much_less_as_the_format_says() throws Exception {
        int length = 100_000;
        Map<String, Double> parts = new LinkedHashMap<>();
        for (Map.Entry<String, IntFunction<Compressor>> each : compressors().entrySet())
            parts.put(
                    each.getKey(),
                    overTheWire(2, length, each.getValue()).get(0).sentBytes() / (4.0 * STEPS * length));
        assertThat(parts.get("none")).isEqualTo(1);
        assertThat(parts.get("fp16")).isEqualTo(0.5);
        assertThat(parts.get("bf16")).isEqualTo(0.5);
        assertThat(parts.get("int8")).isBetween(0.25, 0.26);
        assertThat(parts.get("top-k")).isBetween(0.019, 0.021);
        assertThat(parts.get("power-sgd")).isBetween(0.5, 0.7);
    }
}
