package rubato.collective;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import rubato.shm.SharedVector;

/**
 * A vector that every rank has asked for in the same call. Where all ranks share memory it lies there, and summing it copies nothing;
 * elsewhere it is an array. A sum that fails leaves it with anything in it.
 */
public final class SymmetricVector {
    private final FloatBuffer floats;
    private final float[] array;
    private final @Nullable SharedVector shared;

    SymmetricVector(int length) {
        this.array = new float[length];
        this.floats = FloatBuffer.wrap(array);
        this.shared = null;
    }

    SymmetricVector(SharedVector shared) {
        this.array = new float[0];
        this.floats = shared.floats();
        this.shared = shared;
    }

    /** This rank's vector, zeros at first. */
    public FloatBuffer floats() {
        return floats;
    }

    /** The vector where it does not lie in shared memory. */
    float[] array() {
        return array;
    }

    @Nullable
    SharedVector shared() {
        return shared;
    }
}
