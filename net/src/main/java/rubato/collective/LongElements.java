package rubato.collective;

/** A vector of int64. */
final class LongElements extends Elements {
    private final long[] vector;
    private long[] below = {};
    private long[] other = {};
    private Reduction reduction = Reduction.SUM;

    LongElements(long[] vector) {
        this.vector = vector;
    }

    @Override
    int length() {
        return vector.length;
    }

    @Override
    String type() {
        return "int64";
    }

    @Override
    int bytes(int count) {
        return 8 * count;
    }

    @Override
    int within(int bytes) {
        return bytes / 8;
    }

    @Override
    void allow(Reduction wanted) {
        if (wanted == Reduction.MEAN)
            throw new IllegalArgumentException(
                    "the mean of int64 is not one of them; sum them and divide, or use float64");
    }

    @Override
    void begin(Reduction reduction, int ranks, Scratch scratch) {
        this.reduction = reduction;
        below = scratch.longBelow();
        other = scratch.longOther();
    }

    @Override
    void put(Views out, int at, int from, int count, boolean last) {
        out.longs.position(at / 8).put(vector, from, count);
    }

    @Override
    void take(Views in, int at, int from, int count) {
        in.longs.position(at / 8).get(vector, from, count);
    }

    @Override
    void load(Views in, int at, int count) {
        in.longs.position(at / 8).get(other, 0, count);
    }

    @Override
    void start(int count) {
        System.arraycopy(other, 0, below, 0, count);
    }

    @Override
    void foldBelow(int count) {
        fold(below, 0, other, count);
    }

    @Override
    void foldOwnAfterBelow(int from, int count) {
        long[] x = below;
        switch (reduction) {
            case SUM, MEAN -> {
                for (int i = 0; i < count; i++) vector[from + i] = x[i] + vector[from + i];
            }
            case MIN -> {
                for (int i = 0; i < count; i++) vector[from + i] = Math.min(x[i], vector[from + i]);
            }
            case MAX -> {
                for (int i = 0; i < count; i++) vector[from + i] = Math.max(x[i], vector[from + i]);
            }
        }
    }

    @Override
    void foldOther(int from, int count) {
        fold(vector, from, other, count);
    }

    @Override
    void finish(int from, int count) {
        // a sum, minimum or maximum is final as it is
    }

    private void fold(long[] sum, int from, long[] x, int count) {
        switch (reduction) {
            case SUM, MEAN -> {
                for (int i = 0; i < count; i++) sum[from + i] += x[i];
            }
            case MIN -> {
                for (int i = 0; i < count; i++) sum[from + i] = Math.min(sum[from + i], x[i]);
            }
            case MAX -> {
                for (int i = 0; i < count; i++) sum[from + i] = Math.max(sum[from + i], x[i]);
            }
        }
    }
}
