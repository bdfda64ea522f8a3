package rubato.compress;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import rubato.plan.AllReduce;
import rubato.schedule.PlayedSum;

/** Ranks as threads of one process, for recomputing recorded steps: {@link Exchange} written out plainly, bit for bit. */
public final class InProcess {
    private static final long SECONDS = 60;

    private final AllReduce how;
    private final Object[] given;
    private final CyclicBarrier barrier;

    private InProcess(int size, AllReduce how) {
        this.how = how;
        given = new Object[size];
        barrier = new CyclicBarrier(size);
    }

    /** The only rank there is. */
    public static Exchange alone() {
        return new InProcess(1, AllReduce.PLAIN).new Seat(0);
    }

    /**
     * Runs the same work on every rank.
     *
     * @return the results by rank
     * @throws CompressionException if a rank's work failed or took longer than a minute between two operations
     */
    public static <T> List<T> run(int size, Function<Exchange, T> work) {
        return run(size, AllReduce.PLAIN, work);
    }

    /** @param how plain sums are made */
    public static <T> List<T> run(int size, AllReduce how, Function<Exchange, T> work) {
        InProcess together = new InProcess(size, how);
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                Exchange exchange = together.new Seat(rank);
                Callable<T> seat = () -> work.apply(exchange);
                futures.add(threads.submit(seat));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) results.add(future.get());
            return results;
        } catch (ExecutionException e) {
            throw new CompressionException("a rank failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompressionException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private final class Seat implements Exchange {
        private final int rank;

        Seat(int rank) {
            this.rank = rank;
        }

        @Override
        public int rank() {
            return rank;
        }

        @Override
        public int size() {
            return given.length;
        }

        private Object[] everyone(Object own) {
            try {
                given[rank] = own;
                barrier.await(SECONDS, TimeUnit.SECONDS);
                Object[] all = given.clone();
                barrier.await(SECONDS, TimeUnit.SECONDS);
                return all;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CompressionException("interrupted", e);
            } catch (BrokenBarrierException | TimeoutException e) {
                throw new CompressionException("another rank did not come", e);
            }
        }

        @Override
        public void allReduce(float[] values, int length) {
            sum(how, values, length);
        }

        private void sum(AllReduce by, float[] values, int length) {
            List<float[]> all = new ArrayList<>();
            for (Object each : everyone(values.clone())) all.add((float[]) each);
            if (rank == 0) PlayedSum.sum(by, all, length);
            everyone(values);
            System.arraycopy(all.get(rank), 0, values, 0, length);
        }

        @Override
        public void allReduce(float[] values, int length, Codec codec, float[] lost) {
            Rounding.apply(codec, values, length);
            sum(AllReduce.PLAIN, values, length);
            float[] sum = values.clone();
            Rounding.apply(codec, values, length);
            int to = Rounding.sliceFrom(rank + 1, size(), length, codec);
            for (int i = Rounding.sliceFrom(rank, size(), length, codec); i < to; i++) lost[i] += sum[i] - values[i];
        }

        @Override
        public List<ByteBuffer> allGather(ByteBuffer own) {
            byte[] bytes = new byte[own.remaining()];
            own.duplicate().get(bytes);
            List<ByteBuffer> all = new ArrayList<>();
            for (Object part : everyone(bytes)) all.add(ByteBuffer.wrap((byte[]) part));
            return all;
        }
    }
}
