package rubato.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
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
 * worker's parameters a bit flips while it computes ({@code flip}) at that call, or its gradient is not a number at three calls from
 * there ({@code nan}), or a bit flips while it waits for {@value #HOLDING}, which at that call waits for the flip ({@code flip-late}).
 */
public final class TroubledModel implements Model {
    static final String TROUBLE = "RUBATO_TEST_TROUBLE";

    /** Holds the others up until the bit has flipped. */
    private static final String HOLDING = "worker-000";

    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long SETTLE_NANOS = 50_000_000;

    /** Name of this process's worker. */
    static volatile String worker = "";

    /** Directory of its run, by which processes of a test hear of each other. */
    static volatile Path run = Path.of("");

    private static volatile int calls;
    private final Model model;
    private final String kind;
    private final int call;

    public TroubledModel(ModelSpec spec, Dataset data) {
        model = Models.make(new ModelSpec("softmax", spec.hidden(), spec.factors(), spec.bias(), spec.init()), data);
        String[] trouble = System.getenv().getOrDefault(TROUBLE, "none:none:0").split(":", -1);
        boolean holds = trouble[0].equals("flip-late") && worker.equals(HOLDING);
        kind = trouble[1].equals(worker) ? trouble[0] : holds ? "hold" : "none";
        call = Integer.parseInt(trouble[2]);
    }

    @Override
    public GradientResult gradient(
            float[] parameters, Samples samples, int microBatch, float[] gradient, GradientSink sink) {
        if (isPractice()) return model.gradient(parameters, samples, microBatch, gradient, sink);
        calls = calls + 1;
        if (calls == call && kind.equals("flip")) flip(parameters);
        if (calls == call && kind.equals("hold")) hold();
        if (calls == 1 && kind.equals("flip-late")) flipWhileReducing(parameters);
        GradientResult sound = model.gradient(parameters, samples, microBatch, gradient, sink);
        if (!kind.equals("nan") || calls < call || calls >= call + 3) return sound;
        gradient[1] = Float.NaN;
        return new GradientResult(
                sound.samples(), Double.NaN, sound.correct(), sound.squaredNorms(), sound.units(), false);
    }

    /** Gradients of a worker that waits are of no step. */
    private static boolean isPractice() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(Practice.class.getName())));
    }

    private static void flip(float[] parameters) {
        parameters[3] = Float.intBitsToFloat(Float.floatToRawIntBits(parameters[3]) ^ 1 << 20);
    }

    private static Path holding() {
        return run.resolve("holding");
    }

    private static Path flipped() {
        return run.resolve("flipped");
    }

    private static void hold() {
        touch(holding());
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!Files.exists(flipped()) && System.nanoTime() < until) LockSupport.parkNanos(SETTLE_NANOS / 50);
    }

    private static void touch(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** While one peer is held up, this worker waits for it and does nothing else. */
    private static void flipWhileReducing(float[] parameters) {
        Thread training = Thread.currentThread();
        Thread cosmic = new Thread(() -> {
            while (!Files.exists(holding()) || !waits(training)) LockSupport.parkNanos(SETTLE_NANOS / 50);
            flip(parameters);
            touch(flipped());
        });
        cosmic.setDaemon(true);
        cosmic.start();
    }

    /** Whether a thread has been waiting for peers for a while. */
    private static boolean waits(Thread training) {
        int before = calls;
        if (!isReducing(training)) return false;
        LockSupport.parkNanos(SETTLE_NANOS);
        return isReducing(training) && calls == before;
    }

    private static boolean isReducing(Thread training) {
        return Arrays.stream(training.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("reduce")
                        && frame.getClassName().endsWith(".Trainee"));
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
