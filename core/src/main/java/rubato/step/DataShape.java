package rubato.step;

/** What the cursor must know of the data: how many samples an epoch has, whether it is shuffled and by which seed, and what becomes of a short last batch. */
public record DataShape(int samples, boolean shuffled, long seed, boolean keepLast) {
    public DataShape {
        if (samples <= 0) throw new IllegalArgumentException("samples must be > 0, was " + samples);
    }

    public rubato.random.Permutation permutation(long epoch) {
        return shuffled
                ? rubato.random.Permutation.shuffled(samples, seed, epoch)
                : rubato.random.Permutation.fileOrder(samples);
    }
}
