package rubato.collective;

/**
 * The caller's vector, all of one array, of float32, float64, int32, int64 or bytes. Collectives work in place: after a failed one
 * the array holds neither the old nor the new values, unless the operation says otherwise.
 */
public abstract sealed class Elements
        permits FloatElements, CodedElements, DoubleElements, IntElements, LongElements, ByteElements {
    public static Elements of(float[] vector) {
        return new FloatElements(vector, vector.length);
    }

    public static Elements of(double[] vector) {
        return new DoubleElements(vector);
    }

    public static Elements of(int[] vector) {
        return new IntElements(vector);
    }

    public static Elements of(long[] vector) {
        return new LongElements(vector);
    }

    /** Bytes are unsigned; they can be moved, and reduced by min and max. */
    public static Elements of(byte[] vector) {
        return new ByteElements(vector);
    }

    abstract int length();

    /** The type's name, four letters at most tell it apart. */
    abstract String type();

    /** Size of {@code count} elements on the wire. */
    abstract int bytes(int count);

    /** How many elements these bytes surely hold, be they the first of a longer run. */
    abstract int within(int bytes);

    /** Elements may be divided at multiples of it. */
    int unit() {
        return 1;
    }

    /** Elements of one step of a fold. */
    int block() {
        return Scratch.BLOCK;
    }

    /** @throws IllegalArgumentException if the type has no such reduction */
    abstract void allow(Reduction reduction);

    /** Called before the first move of each operation. */
    abstract void begin(Reduction reduction, int ranks, Scratch scratch);

    /**
     * Copies elements to byte {@code at} of a buffer.
     *
     * @param last whether they are results
     */
    abstract void put(Views out, int at, int from, int count, boolean last);

    /** Overwrites elements with results from byte {@code at} of a buffer. */
    abstract void take(Views in, int at, int from, int count);

    /** Whether of two ranks' elements either may come first. */
    boolean foldsPairs() {
        return false;
    }

    /** Folds what a peer sent, from byte {@code at} of a buffer, after what the vector holds. */
    void foldOther(Views in, int at, int from, int count) {
        load(in, at, count);
        foldOther(from, count);
    }

    /** Loads what a peer sent into {@code other}. */
    abstract void load(Views in, int at, int count);

    /** Makes the loaded elements the fold of the ranks below. */
    abstract void start(int count);

    /** Folds the loaded elements into that of the ranks below. */
    abstract void foldBelow(int count);

    /** Folds the own elements after those of the ranks below. */
    abstract void foldOwnAfterBelow(int from, int count);

    /** Folds the loaded elements after what the vector holds. */
    abstract void foldOther(int from, int count);

    /** Called before the first fold of own elements. */
    void own(int from, int count) {}

    /** Makes folded elements final. */
    abstract void finish(int from, int count);
}
