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

/** Ranks as threads of one process; sums are what {@link Exchange} says they are, written out plainly. */
final class Together {
    private final Object[] given;
    private final CyclicBarrier barrier;

    private Together(int size) {
        given = new Object[size];
        barrier = new CyclicBarrier(size);
    }

    /** The only rank there is. */
    static Exchange alone() {
        return new Together(1).new Seat(0);
    }

    /** Runs the same work on every rank; @return the results by rank */
    static <T> List<T> run(int size, Function<Exchange, T> work) throws Exception {
        Together together = new Together(size);
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                Exchange exchange = together.new Seat(rank);
                Callable<T> seat = () -> work.apply(exchange);
                futures.add(threads.submit(seat));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) results.add(future.get(30, TimeUnit.SECONDS));
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw e;
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
                barrier.await(20, TimeUnit.SECONDS);
                Object[] all = given.clone();
                barrier.await(20, TimeUnit.SECONDS);
                return all;
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void allReduce(float[] values, int length) {
            allReduce(values, length, Codecs.of("none"), new float[length]);
        }

        @Override
        public void allReduce(float[] values, int length, Codec codec, float[] lost) {
            float[] sum = new float[length];
            for (Object part : everyone(values.clone())) {
                float[] rounded = rounded((float[]) part, length, codec);
                for (int i = 0; i < length; i++) sum[i] += rounded[i];
            }
            float[] result = rounded(sum, length, codec);
            int from = (int) ((long) length * rank / size());
            int to = (int) ((long) length * (rank + 1) / size());
            for (int i = from; i < to; i++) lost[i] += sum[i] - result[i];
            System.arraycopy(result, 0, values, 0, length);
        }

        private float[] rounded(float[] values, int length, Codec codec) {
            ByteBuffer bytes = ByteBuffer.allocate(codec.bytes(length));
            codec.encode(values, 0, length, bytes);
            float[] rounded = new float[length];
            codec.decode(bytes.flip(), rounded, 0, length);
            return rounded;
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
