package rubato.testkit;

/**
 * How often messages of a {@link SimulatedNetwork} suffer, each once in so many; 0 = never.
 *
 * @param latencyNanos a message takes up to so long
 * @param breaks the connection breaks, the message and all behind it are lost
 * @param duplicates it comes twice
 * @param delays it takes up to {@code delayNanos} more, and so does all behind it
 */
public record LinkFaults(long latencyNanos, int breaks, int duplicates, int delays, long delayNanos) {
    public LinkFaults {
        if (latencyNanos < 1) throw new IllegalArgumentException("latencyNanos must be >= 1, was " + latencyNanos);
    }

    /** A sound network. */
    public static LinkFaults none(long latencyNanos) {
        return new LinkFaults(latencyNanos, 0, 0, 0, 0);
    }
}
