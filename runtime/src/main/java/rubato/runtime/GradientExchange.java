package rubato.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.compress.CodecSum;
import rubato.compress.Codecs;
import rubato.compress.Compressor;
import rubato.compress.ErrorFeedback;
import rubato.compress.Exchange;
import rubato.compress.Matrix;
import rubato.compress.PowerSgd;
import rubato.compress.TopK;
import rubato.compress.Whole;
import rubato.model.Model;
import rubato.model.Segment;
import rubato.plan.Compression;
import rubato.protocol.Residual;
import rubato.protocol.WorkerAction;
import rubato.world.Generation;

/**
 * One rank's way from its own gradient to the sum of all, as the plan compresses it, with what is kept back. Nothing of
 * that exists before a plan compresses; the {@link Residual} says what becomes of it.
 */
final class GradientExchange {
    private final int length;
    private final List<Matrix> matrices;
    private final long seed;
    private final Compressor whole = new Whole();
    private @Nullable ErrorFeedback feedback;
    private @Nullable Compressor compressor;
    private Compression made = Compression.NONE;
    private final Residual residual = new Residual(new Kept());

    /** What is kept back, in float32. */
    private final class Kept implements Residual.Values {
        @Override
        public void settle(long step) {
            ErrorFeedback kept = feedback;
            if (kept != null) kept.settle(step);
        }

        @Override
        public void revert() {
            ErrorFeedback kept = feedback;
            if (kept != null) kept.revert();
        }

        @Override
        public void clear() {
            feedback = null;
        }

        @Override
        public void restart() {
            Compressor kept = compressor;
            if (kept != null) kept.reset();
        }
    }

    GradientExchange(int length, List<Matrix> matrices, long seed) {
        this.length = length;
        this.matrices = matrices;
        this.seed = seed;
    }

    static GradientExchange of(Model model, long seed) {
        List<Matrix> matrices = model.segments().stream()
                .filter(segment -> segment.shape().size() > 1)
                .map(GradientExchange::matrix)
                .toList();
        return new GradientExchange(model.parameterCount(), matrices, seed);
    }

    /** A tensor of more dimensions is a matrix of its first by all others. */
    private static Matrix matrix(Segment segment) {
        int rows = segment.shape().get(0);
        return new Matrix(segment.offset(), rows, segment.length() / rows);
    }

    /** Whom to tell what became of the step summed last. */
    Residual residual() {
        return residual;
    }

    /** Replaces the gradient by the sum over all ranks; the step's residual is then open. */
    void sum(Generation generation, WorkerAction.Compute step, float[] gradient, Exchange wire) {
        Compression how = step.plan().compression();
        if (isPlain(how)) {
            wire.allReduce(gradient, length);
            return;
        }
        boolean sendsAll = residual.open(generation, step);
        feedback().sum(step.step(), sendsAll ? whole : compressor(how), gradient, wire);
    }

    /** Whether a plan's sum is of the gradient as it is: nothing is kept back, nothing was. */
    boolean isPlain(Compression how) {
        return keepsNothing() && how instanceof Compression.None;
    }

    /** Whether nothing is kept back, nor was since the last time all of it was given up. */
    boolean keepsNothing() {
        return feedback == null;
    }

    private ErrorFeedback feedback() {
        ErrorFeedback kept = feedback;
        if (kept == null) feedback = kept = new ErrorFeedback(length);
        return kept;
    }

    private Compressor compressor(Compression how) {
        Compressor kept = compressor;
        if (kept == null || !how.equals(made)) compressor = kept = make(how);
        made = how;
        return kept;
    }

    private Compressor make(Compression how) {
        if (how instanceof Compression.TopK topK) return new TopK(topK.fraction());
        if (how instanceof Compression.PowerSgd low) return new PowerSgd(length, matrices, low.rank(), seed);
        return new CodecSum(Codecs.of(how.name()));
    }
}
