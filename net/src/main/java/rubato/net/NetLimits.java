package rubato.net;

import java.time.Duration;

/**
 * Bounds on what a peer may cost.
 *
 * @param handshake from accepting to the proof of the token
 * @param frame from a frame's first byte to its last
 * @param unauthenticated connections at once that have not proved the token; more wait to be accepted
 * @param queuedBytes what may wait for a peer that does not read
 */
record NetLimits(Duration handshake, Duration frame, int unauthenticated, long queuedBytes) {
    static final NetLimits DEFAULT = new NetLimits(Duration.ofSeconds(5), Duration.ofSeconds(10), 256, 64L << 20);

    NetLimits {
        if (unauthenticated < 1)
            throw new IllegalArgumentException("unauthenticated must be >= 1, was " + unauthenticated);
        if (queuedBytes < 1) throw new IllegalArgumentException("queuedBytes must be >= 1, was " + queuedBytes);
    }
}
