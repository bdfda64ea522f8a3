package rubato.djl;

import ai.djl.nn.Parameter;
import rubato.model.Segment;
import rubato.random.SplitMix;

/** Initial values from our own generator: He's normal for weights (He et al. 2015, eq. 10), one for gains, zero for the rest. */
final class Initial {
    private Initial() {}

    static void fill(Tensor tensor, int index, float[] parameters, long seed) {
        Segment segment = tensor.segment();
        int end = segment.offset() + segment.length();
        if (tensor.type() == Parameter.Type.GAMMA) {
            java.util.Arrays.fill(parameters, segment.offset(), end, 1);
        } else if (segment.shape().size() < 2) {
            java.util.Arrays.fill(parameters, segment.offset(), end, 0);
        } else {
            SplitMix random = SplitMix.forPurpose(seed, index);
            double deviation = StrictMath.sqrt(2.0 / fanIn(segment));
            for (int i = segment.offset(); i < end; i++) parameters[i] = (float) (deviation * random.nextGaussian());
        }
    }

    /** Inputs of one output: everything but the first extent, as (outputs, inputs) and (filters, channels, height, width) have it. */
    private static int fanIn(Segment segment) {
        return segment.length() / segment.shape().get(0);
    }
}
