package rubato.vector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import rubato.shm.SumKernel;

/** Sums read from and written to the mapping directly, a vector at a time. */
final class VectorSum implements SumKernel {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = FLOATS.length();

    private final ByteBuffer memory;
    private final Object view;

    VectorSum(ByteBuffer memory) {
        this.memory = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.view = MemoryVectors.view(this.memory);
    }

    @Override
    public void sum(float[] vector, int from, int count, int[] parts, int index, int result) {
        int whole = FLOATS.loopBound(count);
        if (parts.length == 2) {
            if (result < 0) sumTwo(vector, from, whole, parts[1 - index]);
            else sumTwo(vector, from, whole, parts[1 - index], result);
        } else {
            sumMany(vector, from, whole, parts, index, result);
        }
        for (int i = whole; i < count; i++) {
            float sum = index == 0 ? vector[from + i] : memory.getFloat(parts[0] + 4 * i);
            for (int member = 1; member < parts.length; member++)
                sum += member == index ? vector[from + i] : memory.getFloat(parts[member] + 4 * i);
            vector[from + i] = sum;
            if (result >= 0) memory.putFloat(result + 4 * i, sum);
        }
    }

    /** Of two, either order of addition has the same bits. */
    private void sumTwo(float[] vector, int from, int count, int part) {
        Object there = view;
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector x = FloatVector.fromArray(FLOATS, vector, from + i);
            x.add(MemoryVectors.load(FLOATS, there, part + 4L * i)).intoArray(vector, from + i);
        }
    }

    private void sumTwo(float[] vector, int from, int count, int part, int result) {
        Object there = view;
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector x = FloatVector.fromArray(FLOATS, vector, from + i);
            FloatVector sum = x.add(MemoryVectors.load(FLOATS, there, part + 4L * i));
            sum.intoArray(vector, from + i);
            MemoryVectors.store(sum, there, result + 4L * i);
        }
    }

    private void sumMany(float[] vector, int from, int count, int[] parts, int index, int result) {
        Object there = view;
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector own = FloatVector.fromArray(FLOATS, vector, from + i);
            FloatVector sum = index == 0 ? own : MemoryVectors.load(FLOATS, there, parts[0] + 4L * i);
            for (int member = 1; member < parts.length; member++)
                sum = sum.add(member == index ? own : MemoryVectors.load(FLOATS, there, parts[member] + 4L * i));
            sum.intoArray(vector, from + i);
            if (result >= 0) MemoryVectors.store(sum, there, result + 4L * i);
        }
    }

    @Override
    public void sumAll(int count, int[] parts) {
        int whole = FLOATS.loopBound(count);
        if (parts.length == 2) sumBoth(whole, parts[0], parts[1]);
        else sumEvery(whole, parts);
        for (int i = whole; i < count; i++) {
            float sum = memory.getFloat(parts[0] + 4 * i);
            for (int member = 1; member < parts.length; member++) sum += memory.getFloat(parts[member] + 4 * i);
            for (int part : parts) memory.putFloat(part + 4 * i, sum);
        }
    }

    private void sumBoth(int count, int first, int second) {
        Object there = view;
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector sum = MemoryVectors.load(FLOATS, there, first + 4L * i)
                    .add(MemoryVectors.load(FLOATS, there, second + 4L * i));
            MemoryVectors.store(sum, there, first + 4L * i);
            MemoryVectors.store(sum, there, second + 4L * i);
        }
    }

    private void sumEvery(int count, int[] parts) {
        Object there = view;
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector sum = MemoryVectors.load(FLOATS, there, parts[0] + 4L * i);
            for (int member = 1; member < parts.length; member++)
                sum = sum.add(MemoryVectors.load(FLOATS, there, parts[member] + 4L * i));
            for (int part : parts) MemoryVectors.store(sum, there, part + 4L * i);
        }
    }
}
