package rubato.runtime;

import java.util.Arrays;
import java.util.List;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.model.GradientResult;
import rubato.model.GradientSink;
import rubato.model.Model;
import rubato.model.ModelSpec;
import rubato.model.Models;
import rubato.model.Segment;
import rubato.step.Evaluation;

/**
 * A softmax regression on a bad machine: the environment variable {@value #TROUBLE} says {@code kind:worker:call}. Of the
 * worker's parameters a bit flips while it computes ({@code flip}) or while it waits for its peers ({@code flip-late}) at that
 * call, or its gradient is not a number at three calls from there ({@code nan}).
 */
public final class TroubledModel implements Model {
    static final String TROUBLE = "RUBATO_TEST_TROUBLE";

    /** Name of this process's worker. */
    static volatile String worker = "";

    private static int calls;
    private final Model model;
    private final String kind;
    private final int call;

    public TroubledModel(ModelSpec spec, Dataset data) {
        model = Models.make(new ModelSpec("softmax", spec.hidden(), spec.factors(), spec.bias(), spec.init()), data);
        String[] trouble = System.getenv().getOrDefault(TROUBLE, "none:none:0").split(":", -1);
        kind = trouble[1].equals(worker) ? trouble[0] : "none";
        call = Integer.parseInt(trouble[2]);
    }

    @Override
    public GradientResult gradient(
            float[] parameters, Samples samples, int microBatch, float[] gradient, GradientSink sink) {
        if (isRehearsal()) return model.gradient(parameters, samples, microBatch, gradient, sink);
        if (isWarmUp()) return model.gradient(parameters, samples, microBatch, gradient, sink);
        calls++;
        if (calls == call && kind.equals("flip")) flip(parameters);
        if (calls == call && kind.equals("flip-late")) flipWhileReducing(parameters);
        GradientResult sound = model.gradient(parameters, samples, microBatch, gradient, sink);
        if (!kind.equals("nan") || calls < call || calls >= call + 3) return sound;
        gradient[1] = Float.NaN;
        return new GradientResult(
                sound.samples(), Double.NaN, sound.correct(), sound.squaredNorms(), sound.units(), false);
    }

    /** A worker that waits computes for practice. */
    private static boolean isRehearsal() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("warmUp")));
    }

    /** Gradients before training are of no step. */
    private static boolean isWarmUp() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("warmUp")));
    }

    private static void flip(float[] parameters) {
        parameters[3] = Float.intBitsToFloat(Float.floatToRawIntBits(parameters[3]) ^ 1 << 20);
    }

    private static void flipWhileReducing(float[] parameters) {
        Thread training = Thread.currentThread();
        Thread cosmic = new Thread(() -> {
            while (Arrays.stream(training.getStackTrace())
                    .noneMatch(frame -> frame.getMethodName().equals("allReduce"))) Thread.onSpinWait();
            flip(parameters);
        });
        cosmic.setDaemon(true);
        cosmic.start();
    }

    @Override
    public String kind() {
        return "troubled";
    }

    @Override
    public List<Segment> segments() {
        return model.segments();
    }

    @Override
    public void initialize(float[] parameters, long seed) {
        model.initialize(parameters, seed);
    }

    @Override
    public Evaluation evaluate(String set, float[] parameters, Samples samples) {
        return model.evaluate(set, parameters, samples);
    }

    @Override
    public float[] predict(float[] parameters, Samples one) {
        return model.predict(parameters, one);
    }
}
