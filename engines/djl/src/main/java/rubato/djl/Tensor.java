package rubato.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.util.PairList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.model.Segment;

/**
 * One trainable parameter of a block and its place in the flat vector. Values and gradient are reached through zero-copy
 * views of the native tensors; DJL's parameter ids are random, so parameters are told apart by position.
 */
final class Tensor {
    private final NDArray array;
    private final Parameter.Type type;
    private final Segment segment;
    private final FloatBuffer values;
    private @Nullable NDArray gradientArray;
    private @Nullable FloatBuffer gradient;

    private Tensor(Parameter parameter, Segment segment) {
        this.array = parameter.getArray();
        this.type = parameter.getType();
        this.segment = segment;
        this.values = view(array);
    }

    /** The tensors of a block in the order of its parameter list, named {@code 00.weight}, {@code 01.bias}, ... */
    static List<Tensor> of(PairList<String, Parameter> parameters) {
        List<Tensor> tensors = new ArrayList<>();
        int offset = 0;
        for (Parameter parameter : parameters.values()) {
            Segment segment = segment(tensors.size(), offset, parameter);
            tensors.add(new Tensor(parameter, segment));
            offset += segment.length();
        }
        return tensors;
    }

    private static Segment segment(int index, int offset, Parameter parameter) {
        List<Integer> shape = new ArrayList<>();
        int length = 1;
        for (long extent : parameter.getArray().getShape().getShape()) {
            shape.add(Math.toIntExact(extent));
            length = Math.multiplyExact(length, Math.toIntExact(extent));
        }
        String number = index < 10 ? "0" + index : String.valueOf(index);
        return new Segment(number + "." + parameter.getName(), offset, length, shape);
    }

    /** A float view of a contiguous native tensor: reads and writes reach it without a copy. */
    static FloatBuffer view(NDArray array) {
        ByteBuffer bytes = array.toByteBuffer(true);
        if (!bytes.isDirect()) throw new IllegalStateException("tensor " + array.getShape() + " has no direct view");
        return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    NDArray array() {
        return array;
    }

    Segment segment() {
        return segment;
    }

    Parameter.Type type() {
        return type;
    }

    /** Copies this tensor's stretch of the flat vector into the native tensor. */
    void load(float[] flat) {
        values.put(0, flat, segment.offset(), segment.length());
    }

    /** Copies the gradient out to this tensor's stretch of the flat vector. */
    void storeGradient(float[] flat) {
        gradient().get(0, flat, segment.offset(), segment.length());
    }

    /** Sets the gradient to zero, so that the next backward pass starts a new sum. */
    void clearGradient(float[] zeros) {
        if (gradient != null) gradient.put(0, zeros, segment.offset(), segment.length());
    }

    /** PyTorch adds into the same gradient tensor after the first backward pass, so its view stays good. */
    private FloatBuffer gradient() {
        if (gradient == null) {
            gradientArray = array.getGradient();
            gradient = view(gradientArray);
        }
        return gradient;
    }
}
