package rubato.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import rubato.data.DenseDataset;
import rubato.data.Samples;
import rubato.model.Kernels;
import rubato.model.SampleNorms;

/** A native tensor that samples are copied into, row by row, and its labels; it grows to the most rows asked for. */
final class Rows {
    private final NDManager manager;
    private final DenseDataset data;
    private final Shape sample;
    private final SampleNorms norms;
    private int capacity;
    private float[] features = {};
    private int[] labels = {};
    private int[] ids = {};
    private @Nullable NDArray array;
    private @Nullable FloatBuffer view;

    /** @param sample shape of one sample, without the batch dimension */
    Rows(NDManager manager, DenseDataset data, Shape sample) {
        this.manager = manager;
        this.data = data;
        this.sample = sample;
        this.norms = new SampleNorms(data, Kernels.best());
    }

    /** The shape of a batch of this many rows. */
    Shape shape(int rows) {
        return new Shape(rows).addAll(sample);
    }

    /** Labels of the rows copied last. */
    int[] labels() {
        return labels;
    }

    /** Copies {@code samples[from .. from + rows)} and returns them as a tensor that belongs to {@code scope}. */
    NDArray copy(Samples samples, int from, int rows, NDManager scope) {
        NDArray whole = ensure(rows);
        int width = data.features();
        for (int row = 0; row < rows; row++) {
            ids[row] = samples.id(from + row);
            data.copy(ids[row], features, row * width);
            labels[row] = data.label(ids[row]);
        }
        if (view == null) throw new IllegalStateException("no view of the rows");
        view.put(0, features, 0, rows * width);
        NDArray part = whole.get(new NDIndex().addSliceDim(0, rows));
        part.attach(scope);
        return part;
    }

    /** Writes |x|² of the rows copied last. */
    void squaredNorms(int rows, double[] into) {
        int width = data.features();
        for (int row = 0; row < rows; row++) into[row] = norms.of(ids[row], features, row * width);
    }

    private NDArray ensure(int rows) {
        if (array != null && rows <= capacity) return array;
        if (array != null) array.close();
        capacity = rows;
        features = new float[rows * data.features()];
        labels = new int[rows];
        ids = new int[rows];
        array = manager.zeros(shape(rows), DataType.FLOAT32);
        view = Tensor.view(array);
        return array;
    }
}
