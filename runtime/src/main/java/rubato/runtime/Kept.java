package rubato.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import rubato.plan.Plan;
import rubato.step.StepTotals;
import rubato.world.Generation;

/**
 * A frozen copy of the state and what the steps after it did, kept for those who join: begun by the training thread at a step
 * boundary, read by the thread that serves peers, forgotten when nobody has asked for a while; the oldest steps go
 * when there are too many.
 */
final class Kept {
    private static final long IDLE_NANOS = 15_000_000_000L;
    /** Once nobody is connected any more there is so long for another joiner to be. */
    private static final long LEFT_NANOS = 2_000_000_000L;

    private static final long LEAST_LIMIT_BYTES = 256L << 20;
    private static final int LEAST_STEPS = 8;

    /** @param gradient the reduced sum, not to be changed as long as the step is kept or is being told to somebody */
    record Step(
            Generation generation,
            long step,
            Plan plan,
            StepTotals totals,
            boolean skipped,
            long hash,
            float[] gradient) {}

    private final Deque<Step> steps = new ArrayDeque<>();
    private final Set<Step> told = new HashSet<>();
    /** Of the last step let go of that nobody was told: a copy of each step's gradient in fresh memory would hold the training up. */
    private float @Nullable [] free;

    private final long leastLimitBytes;
    private Replica.@Nullable Frozen frozen;
    private long askedNanos;
    private long bytes;

    Kept() {
        this(LEAST_LIMIT_BYTES);
    }

    /** @param leastLimitBytes which gradients may take, even if they are more than the least number of steps */
    Kept(long leastLimitBytes) {
        this.leastLimitBytes = leastLimitBytes;
    }

    /** From now on this is the copy to begin with; the steps before it stay for those who follow already. */
    synchronized void begin(Replica.Frozen copy, long nowNanos) {
        frozen = copy;
        askedNanos = nowNanos;
    }

    /** Whether what a step does is to be kept. */
    synchronized boolean isOpen(long nowNanos) {
        if (frozen != null && nowNanos - askedNanos > IDLE_NANOS) forget();
        return frozen != null;
    }

    synchronized void add(Step step) {
        if (frozen == null) return;
        steps.addLast(step);
        bytes += 4L * step.gradient().length;
        long limit = Math.max(leastLimitBytes, LEAST_STEPS * 4L * step.gradient().length);
        while (bytes > limit) letGo(steps.removeFirst());
    }

    private void letGo(Step oldest) {
        bytes -= 4L * oldest.gradient().length;
        if (!told.remove(oldest)) free = oldest.gradient();
    }

    /** A copy of a gradient, to be kept with its step. */
    float[] copy(float[] gradient) {
        float[] into = takeFree();
        if (into == null || into.length != gradient.length) return gradient.clone();
        System.arraycopy(gradient, 0, into, 0, into.length);
        return into;
    }

    private synchronized float @Nullable [] takeFree() {
        float[] taken = free;
        free = null;
        return taken;
    }

    /** Nobody is connected any more that could ask. */
    synchronized void left(long nowNanos) {
        askedNanos = Math.min(askedNanos, nowNanos - IDLE_NANOS + LEFT_NANOS);
    }

    private void forget() {
        frozen = null;
        steps.clear();
        told.clear();
        free = null;
        bytes = 0;
    }

    /** The copy frozen after a step, if it is that one. */
    synchronized Replica.@Nullable Frozen frozenAfter(long step, long nowNanos) {
        askedNanos = nowNanos;
        return frozen != null && frozen.name().step() == step ? frozen : null;
    }

    synchronized @Nullable Step step(long step, long nowNanos) {
        askedNanos = nowNanos;
        for (Step each : steps) {
            if (each.step() != step) continue;
            told.add(each);
            return each;
        }
        return null;
    }

    /** The newest step done since the copy was made, the copy's own if none, −1 if there is no copy. */
    synchronized long newest() {
        if (frozen == null) return -1;
        long copied = frozen.name().step();
        return steps.isEmpty() ? copied : Math.max(copied, steps.getLast().step());
    }
}
