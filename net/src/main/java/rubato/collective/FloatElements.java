package rubato.collective;

/** A vector of float32. */
final class FloatElements extends Elements {
    private final float[] vector;
    private final int length;
    private float[] below = {};
    private float[] other = {};
    private Reduction reduction = Reduction.SUM;
    private int ranks = 1;

    /** @param length how much of the vector takes part */
    FloatElements(float[] vector, int length) {
        this.vector = vector;
        this.length = length;
    }

    @Override
    int length() {
        return length;
    }

    @Override
    String type() {
        return "float32";
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
        // float numbers have every reduction
    }

    @Override
    void begin(Reduction reduction, int ranks, Scratch scratch) {
        this.reduction = reduction;
        this.ranks = ranks;
        below = scratch.floatBelow(Scratch.BLOCK);
        other = scratch.floatOther(Scratch.BLOCK);
    }

    @Override
    void put(Views out, int at, int from, int count, boolean last) {
        out.floats.position(at / 4).put(vector, from, count);
    }

    @Override
    void take(Views in, int at, int from, int count) {
        in.floats.position(at / 4).get(vector, from, count);
    }

    @Override
    void load(Views in, int at, int count) {
        in.floats.position(at / 4).get(other, 0, count);
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
        float[] x = below;
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

    private void fold(float[] sum, int from, float[] x, int count) {
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
