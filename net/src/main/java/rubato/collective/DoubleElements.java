package rubato.collective;

/** A vector of float64. */
final class DoubleElements extends Elements {
    private final double[] vector;
    private double[] below = {};
    private double[] other = {};
    private Reduction reduction = Reduction.SUM;
    private int ranks = 1;

    DoubleElements(double[] vector) {
        this.vector = vector;
    }

    @Override
    int length() {
        return vector.length;
    }

    @Override
    String type() {
        return "float64";
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
        // float numbers have every reduction
    }

    @Override
    void begin(Reduction reduction, int ranks, Scratch scratch) {
        this.reduction = reduction;
        this.ranks = ranks;
        below = scratch.doubleBelow();
        other = scratch.doubleOther();
    }

    @Override
    void put(Views out, int at, int from, int count, boolean last) {
        out.doubles.position(at / 8).put(vector, from, count);
    }

    @Override
    void take(Views in, int at, int from, int count) {
        in.doubles.position(at / 8).get(vector, from, count);
    }

    @Override
    void load(Views in, int at, int count) {
        in.doubles.position(at / 8).get(other, 0, count);
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
        double[] x = below;
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
        if (reduction != Reduction.MEAN) return;
        for (int i = 0; i < count; i++) vector[from + i] /= ranks;
    }

    private void fold(double[] sum, int from, double[] x, int count) {
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
