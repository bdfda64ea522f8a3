package rubato.shm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** A vector of every member in memory that all map: each fills its own part, and an all-reduce needs no copies. */
public final class SharedVector {
    private final int floatsEach;
    private final int index;
    private final int[] parts;
    private final FloatBuffer own;
    private final SumKernel kernel;

    /** @param memory {@link #bytes} for each member */
    public SharedVector(ByteBuffer memory, int floatsEach, int index, int members) {
        this.floatsEach = floatsEach;
        this.index = index;
        this.parts = new int[members];
        ByteBuffer ordered = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.kernel = SumKernel.best(ordered);
        this.own = ordered.slice(at(index), 4 * floatsEach)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    /** What one member's part takes, in whole pages. */
    public static long bytes(int floatsEach) {
        return (4L * floatsEach + 4095) & ~4095L;
    }

    private int at(int member) {
        return Math.toIntExact(member * bytes(floatsEach));
    }

    /** This member's vector. */
    public FloatBuffer floats() {
        return own;
    }

    /** Puts the sum of {@code [from .. to)} into every member's vector. */
    void sum(int from, int to) {
        for (int member = 0; member < parts.length; member++) parts[member] = at(member) + 4 * from;
        kernel.sumAll(to - from, parts);
    }

    void copyTo(float[] into, int length) {
        own.get(0, into, 0, length);
    }

    void copyFrom(float[] from, int length) {
        own.put(0, from, 0, length);
    }

    int length() {
        return floatsEach;
    }

    @Override
    public String toString() {
        return floatsEach + " floats of member " + index;
    }
}
