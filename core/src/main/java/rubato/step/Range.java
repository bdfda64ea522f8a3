package rubato.step;

/** Positions [start, start + count) of one epoch's permutation. */
public record Range(long epoch, int start, int count) {
    public Range {
        if (epoch < 0 || start < 0 || count < 0) {
            throw new IllegalArgumentException(
                    "range must be >= 0, was epoch " + epoch + " start " + start + " count " + count);
        }
    }

    public int end() {
        return start + count;
    }
}
