package rubato.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rubato.model.Kernels;

/** One linear layer z = x Wᵀ + b of a chain, its rectified input of the current pass, and the input's squared norm per row. */
final class LinearLayer {
    private final Kernels kernels;
    private final Tensor weight;
    private final Tensor bias;
    private final int inputs;
    private final int outputs;
    private float[] input = {};
    private float[] delta = {};
    private double[] inputNorms = {};

    private LinearLayer(Tensor weight, Tensor bias, Kernels kernels) {
        this.kernels = kernels;
        this.weight = weight;
        this.bias = bias;
        this.outputs = weight.segment().shape().get(0);
        this.inputs = weight.segment().shape().get(1);
    }

    /** The layers of a chain whose tensors are weight, bias, weight, bias, ... */
    static List<LinearLayer> of(List<Tensor> tensors, Kernels kernels) {
        List<LinearLayer> layers = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i += 2) {
            layers.add(new LinearLayer(tensors.get(i), tensors.get(i + 1), kernels));
        }
        return layers;
    }

    int outputs() {
        return outputs;
    }

    /** Takes |x|² of the rows of a first layer's input, which is not rectified. */
    void useInputNorms(double[] norms) {
        inputNorms = norms;
    }

    /** Rectifies this layer's input in place: x = max(x, 0). */
    void rectify(NDArray x, int rows) {
        int length = rows * inputs;
        if (input.length < length) {
            input = new float[length];
            inputNorms = new double[rows];
        }
        FloatBuffer view = Tensor.view(x);
        view.get(0, input, 0, length);
        kernels.relu(input, 0, length);
        for (int row = 0; row < rows; row++)
            inputNorms[row] = kernels.squaredNorm(input, row * inputs, (row + 1) * inputs);
        view.put(0, input, 0, length);
    }

    NDArray forward(NDArray x) {
        return Linear.linear(x, weight.array(), bias.array()).singletonOrThrow();
    }

    /** δ of this layer's input before it was rectified: δ W where x > 0, else 0. */
    NDArray backward(NDArray outputDelta, int rows, LinearLayer below) {
        NDArray inputDelta = outputDelta.matMul(weight.array());
        int length = rows * inputs;
        FloatBuffer view = Tensor.view(inputDelta);
        float[] values = below.delta(length);
        view.get(0, values, 0, length);
        kernels.reluBackward(values, 0, input, 0, length);
        view.put(0, values, 0, length);
        return inputDelta;
    }

    /** Memory for δ of this layer's output, in Java. */
    float[] delta(int length) {
        if (delta.length < length) delta = new float[length];
        return delta;
    }

    /** Writes δᵀ x and Σ δ to this layer's stretches of the flat gradient. */
    void storeGradient(NDArray outputDelta, NDArray x, int rows, float[] gradient) {
        NDArray product = outputDelta.transpose().matMul(x);
        Tensor.view(product)
                .get(0, gradient, weight.segment().offset(), weight.segment().length());
        int at = bias.segment().offset();
        Arrays.fill(gradient, at, at + outputs, 0);
        for (int row = 0; row < rows; row++) kernels.add(gradient, at, delta, row * outputs, outputs);
    }

    /** Σ over rows of |δ|²(|x|² + 1). */
    double squaredNorms(int rows) {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += kernels.squaredNorm(delta, row * outputs, (row + 1) * outputs) * (inputNorms[row] + 1);
        }
        return sum;
    }
}
