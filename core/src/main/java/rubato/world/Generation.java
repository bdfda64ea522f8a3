package rubato.world;

/** One membership of the run: the coordinator's term and a number within it, ordered; workers refuse smaller ones. */
public record Generation(long term, long number) implements Comparable<Generation> {
    public static final Generation NONE = new Generation(0, 0);

    public Generation {
        if (term < 0 || number < 0)
            throw new IllegalArgumentException("generation must be >= 0, was " + term + "." + number);
    }

    public Generation next() {
        return new Generation(term, number + 1);
    }

    @Override
    public int compareTo(Generation other) {
        int byTerm = Long.compare(term, other.term);
        return byTerm != 0 ? byTerm : Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return term + "." + number;
    }
}
