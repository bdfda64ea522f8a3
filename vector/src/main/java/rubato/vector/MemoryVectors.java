package rubato.vector;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loads and stores of vectors in a mapped buffer. Java 17 to 20 have them on {@code ByteBuffer}, later ones on {@code MemorySegment}
 * only; constant method handles reach either from one class file and are inlined like calls.
 */
final class MemoryVectors {
    private static final boolean BUFFERS = hasBuffers();
    private static final MethodHandle LOAD = load();
    private static final MethodHandle STORE = store();

    private MemoryVectors() {}

    /** What the other two take for this buffer. */
    static Object view(ByteBuffer memory) {
        if (BUFFERS) return memory;
        try {
            return segment().getMethod("ofBuffer", java.nio.Buffer.class).invoke(null, memory);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no memory segments", e);
        }
    }

    static FloatVector load(VectorSpecies<Float> species, Object memory, long at) {
        try {
            return (FloatVector) LOAD.invokeExact(species, memory, at, ByteOrder.LITTLE_ENDIAN);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static void store(FloatVector vector, Object memory, long at) {
        try {
            STORE.invokeExact(vector, memory, at, ByteOrder.LITTLE_ENDIAN);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private static RuntimeException rethrown(Throwable e) {
        if (e instanceof RuntimeException unchecked) throw unchecked;
        if (e instanceof Error error) throw error;
        return new IllegalStateException(e);
    }

    private static boolean hasBuffers() {
        for (java.lang.reflect.Method method : FloatVector.class.getMethods())
            if (method.getName().equals("fromByteBuffer")) return true;
        return false;
    }

    private static Class<?> segment() throws ClassNotFoundException {
        return Class.forName("java.lang.foreign.MemorySegment");
    }

    private static MethodHandle load() {
        try {
            MethodType type = BUFFERS
                    ? MethodType.methodType(
                            FloatVector.class, VectorSpecies.class, ByteBuffer.class, int.class, ByteOrder.class)
                    : MethodType.methodType(
                            FloatVector.class, VectorSpecies.class, segment(), long.class, ByteOrder.class);
            MethodHandle found = MethodHandles.publicLookup()
                    .findStatic(FloatVector.class, BUFFERS ? "fromByteBuffer" : "fromMemorySegment", type);
            return MethodHandles.explicitCastArguments(
                    found,
                    MethodType.methodType(
                            FloatVector.class, VectorSpecies.class, Object.class, long.class, ByteOrder.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this Java's vectors cannot be loaded from memory", e);
        }
    }

    private static MethodHandle store() {
        try {
            MethodType type = BUFFERS
                    ? MethodType.methodType(void.class, ByteBuffer.class, int.class, ByteOrder.class)
                    : MethodType.methodType(void.class, segment(), long.class, ByteOrder.class);
            MethodHandle found = MethodHandles.publicLookup()
                    .findVirtual(FloatVector.class, BUFFERS ? "intoByteBuffer" : "intoMemorySegment", type);
            return MethodHandles.explicitCastArguments(
                    found,
                    MethodType.methodType(void.class, FloatVector.class, Object.class, long.class, ByteOrder.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this Java's vectors cannot be stored to memory", e);
        }
    }
}
