package rubato.collective;

/** A vector of bytes. */
final class ByteElements extends Elements {
    private final byte[] vector;
    private byte[] below = {};
    private byte[] other = {};
    private Reduction reduction = Reduction.MIN;

    ByteElements(byte[] vector) {
        this.vector = vector;
    }

    @Override
    int length() {
        return vector.length;
    }

    @Override
    String type() {
        return "bytes";
    }

    @Override
    int bytes(int count) {
        return count;
    }

    @Override
    int within(int bytes) {
        return bytes;
    }

    @Override
    void allow(Reduction wanted) {
        if (wanted == Reduction.SUM || wanted == Reduction.MEAN)
            throw new IllegalArgumentException(
                    "bytes can be reduced by min and max only, was " + wanted + "; use int32");
    }

    @Override
    void begin(Reduction reduction, int ranks, Scratch scratch) {
        this.reduction = reduction;
        below = scratch.byteBelow();
        other = scratch.byteOther();
    }

    @Override
    void put(Views out, int at, int from, int count, boolean last) {
        out.bytes.limit(out.bytes.capacity()).position(at).put(vector, from, count);
    }

    @Override
    void take(Views in, int at, int from, int count) {
        in.bytes.limit(in.bytes.capacity()).position(at).get(vector, from, count);
    }

    @Override
    void load(Views in, int at, int count) {
        in.bytes.limit(in.bytes.capacity()).position(at).get(other, 0, count);
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
        byte[] x = below;
        if (reduction == Reduction.MIN)
            for (int i = 0; i < count; i++) vector[from + i] = lesser(x[i], vector[from + i]);
        else for (int i = 0; i < count; i++) vector[from + i] = greater(x[i], vector[from + i]);
    }

    @Override
    void foldOther(int from, int count) {
        fold(vector, from, other, count);
    }

    @Override
    void finish(int from, int count) {
        // a sum, minimum or maximum is final as it is
    }

    private void fold(byte[] sum, int from, byte[] x, int count) {
        if (reduction == Reduction.MIN) for (int i = 0; i < count; i++) sum[from + i] = lesser(sum[from + i], x[i]);
        else for (int i = 0; i < count; i++) sum[from + i] = greater(sum[from + i], x[i]);
    }

    private static byte lesser(byte a, byte b) {
        return Byte.compareUnsigned(a, b) <= 0 ? a : b;
    }

    private static byte greater(byte a, byte b) {
        return Byte.compareUnsigned(a, b) >= 0 ? a : b;
    }
}
