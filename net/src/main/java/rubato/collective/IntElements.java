package rubato.collective;

/** A vector of int32. */
final class IntElements extends Elements {
    private final int[] vector;
    private int[] below = {};
    private int[] other = {};
    private Reduction reduction = Reduction.SUM;

    IntElements(int[] vector) {
        this.vector = vector;
    }

    @Override
    int length() {
        return vector.length;
    }

    @Override
    String type() {
        return "int32";
    }

    @Override
    int bytes(int count) {
        return 4 * count;
    }

    @Override
    int within(int bytes) {
        return bytes / 4;
    }

    @Override
    void allow(Reduction wanted) {
        if (wanted == Reduction.MEAN)
            throw new IllegalArgumentException(
                    "the mean of int32 is not one of them; sum them and divide, or use float64");
    }

    @Override
    void begin(Reduction reduction, int ranks, Scratch scratch) {
        this.reduction = reduction;
        below = scratch.intBelow();
        other = scratch.intOther();
    }

    @Override
    void put(Views out, int at, int from, int count, boolean last) {
        out.ints.position(at / 4).put(vector, from, count);
    }

    @Override
    void take(Views in, int at, int from, int count) {
        in.ints.position(at / 4).get(vector, from, count);
    }

    @Override
    void load(Views in, int at, int count) {
        in.ints.position(at / 4).get(other, 0, count);
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
        int[] x = below;
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

    private void fold(int[] sum, int from, int[] x, int count) {
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
