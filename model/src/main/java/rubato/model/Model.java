package rubato.model;

import java.util.List;
import rubato.data.Samples;
import rubato.step.Evaluation;

/**
 * A differentiable function of one flat float32 parameter vector. An instance belongs to one thread and may keep scratch
 * memory; it holds no parameters of its own. Results depend only on the arguments: same bits on every JDK, CPU and call.
 */
public interface Model extends AutoCloseable {
    /** Name as in the configuration, e.g. {@code softmax}. */
    String kind();

    /** The parameter vector's parts, ascending, without gaps. */
    List<Segment> segments();

    default int parameterCount() {
        List<Segment> all = segments();
        Segment last = all.get(all.size() - 1);
        return last.offset() + last.length();
    }

    /** Writes the initial parameters; the same for the same seed everywhere. */
    void initialize(float[] parameters, long seed);

    /**
     * Overwrites {@code gradient} with the sum (not the mean) of the loss gradients over the samples, and reports each
     * segment to the sink when it is final. The order of additions depends only on the samples and on {@code microBatch}.
     *
     * @param microBatch samples per noise unit for models that do not know per-sample norms
     */
    GradientResult gradient(float[] parameters, Samples samples, int microBatch, float[] gradient, GradientSink sink);

    /** Loss and hits over the samples at these parameters, sums in float64. */
    Evaluation evaluate(String set, float[] parameters, Samples samples);

    /** Class scores (probabilities) of one sample, length {@code classes}. */
    float[] predict(float[] parameters, Samples one);

    @Override
    default void close() {}
}
