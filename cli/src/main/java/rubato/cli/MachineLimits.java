package rubato.cli;

import java.io.IOException;
import rubato.error.RubatoException;
import rubato.net.LoopbackStream;

/**
 * What no all-reduce on this machine can beat.
 *
 * @param copyBytesPerSecond one core copies arrays that no cache holds
 * @param loopbackBytesPerSecond one TCP stream to itself
 */
record MachineLimits(double copyBytesPerSecond, double loopbackBytesPerSecond) {
    private static final int COPY_FLOATS = 16 << 20;
    private static final int COPIES = 5;
    private static final long STREAM_BYTES = 512L << 20;

    static MachineLimits measure() {
        try {
            return new MachineLimits(copy(), LoopbackStream.bytesPerSecond(STREAM_BYTES));
        } catch (IOException e) {
            throw RubatoException.failed("cannot open a loopback connection: " + e.getMessage(), e);
        }
    }

    private static double copy() {
        float[] from = new float[COPY_FLOATS];
        float[] into = new float[COPY_FLOATS];
        long best = Long.MAX_VALUE;
        for (int i = 0; i < COPIES; i++) {
            long start = System.nanoTime();
            System.arraycopy(from, 0, into, 0, COPY_FLOATS);
            best = Math.min(best, System.nanoTime() - start);
        }
        return 4.0 * COPY_FLOATS * 1e9 / best;
    }
}
