package rubato.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One linear layer's place in the flat vector: weight (inputs × outputs, row-major, so that the lanes of a product lie over
 * outputs and a sparse feature touches one stretch of memory), then bias (outputs) if there is one.
 */
record Layer(Segment weight, List<Segment> biases, int inputs, int outputs) {
    static Layer at(int offset, String prefix, int inputs, int outputs, boolean bias) {
        int length = Math.multiplyExact(inputs, outputs);
        Segment weight = new Segment(
                prefix + "weight", offset, length, outputs == 1 ? List.of(inputs) : List.of(inputs, outputs));
        if (!bias) return new Layer(weight, List.of(), inputs, outputs);
        Segment shift = new Segment(prefix + "bias", Math.addExact(offset, length), outputs, List.of(outputs));
        return new Layer(weight, List.of(shift), inputs, outputs);
    }

    boolean hasBias() {
        return !biases.isEmpty();
    }

    int end() {
        Segment last = hasBias() ? biases.get(0) : weight;
        return last.offset() + last.length();
    }

    List<Segment> segments() {
        List<Segment> all = new ArrayList<>(biases);
        all.add(0, weight);
        return all;
    }

    /** Every row of {@code into} (rows × outputs) becomes the bias, or zero. */
    void startRows(float[] parameters, float[] into, int rows) {
        if (!hasBias()) {
            java.util.Arrays.fill(into, 0, rows * outputs, 0f);
            return;
        }
        for (int row = 0; row < rows; row++)
            System.arraycopy(parameters, biases.get(0).offset(), into, row * outputs, outputs);
    }

    /** Adds the column sums of delta (rows × outputs) to the bias's gradient. */
    void addBias(float[] delta, int rows, float[] gradient, Kernels kernels) {
        if (!hasBias()) return;
        for (int row = 0; row < rows; row++)
            kernels.add(gradient, biases.get(0).offset(), delta, row * outputs, outputs);
    }
}
