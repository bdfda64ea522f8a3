package rubato.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;
import rubato.shm.SumKernel;

/** One direct buffer, little-endian, as bytes and as numbers; a number's byte position must be a multiple of its size. */
final class Views {
    final ByteBuffer bytes;
    final FloatBuffer floats;
    final DoubleBuffer doubles;
    final IntBuffer ints;
    final LongBuffer longs;
    private @Nullable SumKernel sums;

    /** Adds float32 that lie in the buffer. */
    SumKernel sums() {
        SumKernel made = sums;
        if (made == null) sums = made = SumKernel.best(bytes.duplicate().clear());
        return made;
    }

    Views(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
        floats = bytes.asFloatBuffer();
        doubles = bytes.asDoubleBuffer();
        ints = bytes.asIntBuffer();
        longs = bytes.asLongBuffer();
    }
}
