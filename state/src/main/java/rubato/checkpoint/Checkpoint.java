package rubato.checkpoint;

import java.util.List;
import rubato.step.StateName;

/**
 * Everything replicated, at one committed step.
 *
 * @param tensors parameters by segment first, then optimizer state
 * @param replica the small replicated values (cursor, plan, progress, estimators), encoded
 */
public record Checkpoint(StateName name, List<Tensor> tensors, byte[] replica) {
    public Checkpoint {
        tensors = List.copyOf(tensors);
    }

    /** A named float32 tensor over {@code data[offset .. offset + product(shape))}. */
    public record Tensor(String name, List<Integer> shape, float[] data, int offset) {
        public int length() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }
}
