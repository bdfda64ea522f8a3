package rubato.seam;

/** The passing of time, monotonic; simulation binds it to a virtual clock. */
public interface Clock {
    /** Nanoseconds since an arbitrary origin; only differences mean anything. */
    long nanos();

    /** Milliseconds since 1970 UTC, for people to read; no decision may rest on it. */
    long epochMillis();
}
