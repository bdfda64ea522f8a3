package rubato.collective;

/** A vector of float32. */
final class FloatElements extends Elements {
    private float[] vector;
    private int length;
    private float[] below = {};
    private float[] other = {};
    private float[] mine = {};
    private Reduction reduction = Reduction.SUM;
    private int ranks = 1;
    private final int[] parts = new int[2];

    /** @param length how much of the vector takes part */
    FloatElements(float[] vector, int length) {
        this.vector = vector;
        this.length = length;
    }

    /** Stands for another vector from here on. */
    FloatElements of(float[] other, int count) {
        vector = other;
        length = count;
        return this;
    }

    float[] vector() {
        return vector;
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
        mine = scratch.floatMine(Scratch.BLOCK);
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
    boolean foldsPairs() {
        return reduction == Reduction.SUM || reduction == Reduction.MEAN;
    }

    @Override
    void foldOther(Views in, int at, int from, int count) {
        if (!foldsPairs()) {
            super.foldOther(in, at, from, count);
            return;
        }
        parts[1] = at;
        in.sums().sum(vector, from, count, parts, 0, -1);
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
        fold(below, other, count);
    }

    @Override
    void foldOwnAfterBelow(int from, int count) {
        System.arraycopy(vector, from, mine, 0, count);
        fold(below, mine, count);
        System.arraycopy(below, 0, vector, from, count);
    }

    @Override
    void foldOther(int from, int count) {
        System.arraycopy(vector, from, mine, 0, count);
        fold(mine, other, count);
        System.arraycopy(mine, 0, vector, from, count);
    }

    @Override
    void finish(int from, int count) {
        finish(from, count, reduction, ranks);
    }

    /** Makes of sums what the reduction asks for. */
    void finish(int from, int count, Reduction wanted, int ofRanks) {
        if (wanted != Reduction.MEAN) return;
        for (int i = 0; i < count; i++) vector[from + i] /= ofRanks;
    }

    private void fold(float[] sum, float[] x, int count) {
        switch (reduction) {
            case SUM, MEAN -> add(sum, x, count);
            case MIN -> {
                for (int i = 0; i < count; i++) sum[i] = Math.min(sum[i], x[i]);
            }
            case MAX -> {
                for (int i = 0; i < count; i++) sum[i] = Math.max(sum[i], x[i]);
            }
        }
    }

    /** Both from 0 on: at an offset that varies the compiler makes no vectors of it. */
    private static void add(float[] sum, float[] x, int count) {
        for (int i = 0; i < count; i++) sum[i] += x[i];
    }
}
