package rubato.random;

/** The order in which one epoch visits its samples: Fisher–Yates from (seed, epoch), or file order. */
public final class Permutation {
    private final int @org.jspecify.annotations.Nullable [] order;
    private final int size;

    private Permutation(int @org.jspecify.annotations.Nullable [] order, int size) {
        this.order = order;
        this.size = size;
    }

    public static Permutation fileOrder(int size) {
        return new Permutation(null, size);
    }

    public static Permutation shuffled(int size, long seed, long epoch) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) order[i] = i;
        SplitMix random = SplitMix.forPurpose(seed, epoch);
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return new Permutation(order, size);
    }

    /** The sample id at a position of the epoch, both in [0, size). */
    public int sampleAt(int position) {
        if (position < 0 || position >= size)
            throw new IndexOutOfBoundsException("position " + position + " of " + size);
        return order == null ? position : order[position];
    }

    public int size() {
        return size;
    }
}
