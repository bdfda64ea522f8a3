package rubato.chaos.proxy;

/**
 * How one direction between two addresses is.
 *
 * @param cut nothing gets through; what is sent waits, as it does in a partition until TCP sends it again
 * @param delayMillis each piece is held so long
 * @param bytesPerSecond 0 for no bound
 */
public record Weather(boolean cut, long delayMillis, long bytesPerSecond) {
    public static final Weather FINE = new Weather(false, 0, 0);
    public static final Weather CUT = new Weather(true, 0, 0);

    public Weather {
        if (delayMillis < 0) throw new IllegalArgumentException("delayMillis must be >= 0, was " + delayMillis);
        if (bytesPerSecond < 0)
            throw new IllegalArgumentException("bytesPerSecond must be >= 0, was " + bytesPerSecond);
    }

    public static Weather slow(long delayMillis, long bytesPerSecond) {
        return new Weather(false, delayMillis, bytesPerSecond);
    }
}
