package rubato.collective;

/** Who lets an operation take its steps, and when. */
interface Pace {
    /** Nanoseconds of a clock that only goes forward. */
    long now();

    /** Lets an operation take steps until it is over. */
    void complete(Attempt attempt);

    /** Lets it take the steps that it can take now. @return whether it is over */
    boolean progress(Attempt attempt);
}
