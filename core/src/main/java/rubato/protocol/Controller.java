package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.event.Event;
import rubato.plan.Plan;
import rubato.policy.Decision;
import rubato.policy.Policy;
import rubato.signal.LinkCosts;
import rubato.signal.NoiseEstimate;
import rubato.signal.Signals;
import rubato.signal.Window;
import rubato.step.StepTimes;
import rubato.world.World;

/** Measure and decide: gathers committed steps into windows of signals and asks the policy at each window's end. */
public final class Controller {
    /** A decision and what it rests on. */
    record Verdict(Signals seen, Decision decision) {}

    private final Policy policy;
    private final int everySteps;
    private final int baseBatch;
    private final List<Plan> upcoming = new ArrayList<>();
    private @Nullable Window window;
    private Plan inForce;
    private long pausedNanos;
    private NoiseEstimate noise = NoiseEstimate.NONE;
    private long windowNanos;
    private long eventNanos;
    private boolean firstOfGeneration;
    private long eventSamples;
    private double eventLoss;
    private long eventCorrect;
    private long sentBytes;
    private long savedBytes;

    public Controller(Policy policy, int everySteps, int baseBatch, Plan initial) {
        if (everySteps < 1) throw new IllegalArgumentException("everySteps must be >= 1, was " + everySteps);
        this.policy = policy;
        this.everySteps = everySteps;
        this.baseBatch = baseBatch;
        this.inForce = initial;
    }

    /** A generation starts under a plan that replaces whatever was planned. */
    void activated(World world, Plan plan, long nowNanos) {
        List<String> names = world.members().stream().map(m -> m.id().name()).toList();
        Window open = window;
        if (open == null) {
            window = new Window(names, baseBatch);
            eventNanos = nowNanos;
        } else {
            open.members(names);
            if (plan.globalBatch() != inForce.globalBatch())
                open.changed(plan.version(), plan.fromStep(), inForce.globalBatch(), plan.globalBatch());
        }
        window().hosts(world.topology());
        upcoming.clear();
        inForce = plan;
        firstOfGeneration = true;
        windowNanos = nowNanos;
        pausedNanos = 0;
    }

    void committed(List<ToCoordinator.Vote> cast) {
        ToCoordinator.Vote vote = cast.get(0);
        List<StepTimes> times = cast.stream().map(ToCoordinator.Vote::times).toList();
        noise = vote.noise();
        for (StepTimes rank : times) {
            sentBytes += rank.sentBytes();
            savedBytes += rank.savedBytes();
        }
        takeEffect(vote);
        window().add(vote.step(), vote.totals(), times);
        for (LinkCosts costs : vote.costs()) window().measured(costs);
        eventSamples += vote.totals().samples();
        eventLoss += vote.totals().lossSum();
        eventCorrect += vote.totals().correct();
    }

    /** What all ranks sent for the committed steps, payload bytes. */
    long sentBytes() {
        return sentBytes;
    }

    /** How much less that is than uncompressed. */
    long savedBytes() {
        return savedBytes;
    }

    private void takeEffect(ToCoordinator.Vote vote) {
        while (!upcoming.isEmpty() && upcoming.get(0).version() <= vote.planVersion()) {
            Plan next = upcoming.remove(0);
            window().changed(next.version(), vote.step(), inForce.globalBatch(), next.globalBatch());
            inForce = next;
        }
    }

    /** Time that was not training: an evaluation everyone waited for. */
    void paused(long nanos) {
        pausedNanos += nanos;
    }

    private Window window() {
        if (window == null) throw new IllegalStateException("no generation yet");
        return window;
    }

    /** At every window's end: the policy's decision; null in between. */
    @Nullable
    Verdict decide(long step, Plan plan, long nowNanos) {
        if (step % everySteps != 0 || window().steps() == 0) return null;
        Signals seen = window().close((nowNanos - windowNanos - pausedNanos) * 1e-9, noise);
        windowNanos = nowNanos;
        pausedNanos = 0;
        return new Verdict(seen, policy.decide(plan, seen));
    }

    /** A plan change is on its way; it takes effect at its step. */
    void changed(Plan next) {
        upcoming.add(next);
    }

    /** The event of a committed step: means since the last one. */
    Event.StepCommitted event(
            ToCoordinator.Vote vote, long epoch, double progress, long samples, double secondsLeft, long nowNanos) {
        double seconds = (nowNanos - eventNanos) * 1e-9;
        Event.StepCommitted event = new Event.StepCommitted(
                vote.step(),
                epoch,
                progress,
                samples,
                eventLoss / eventSamples,
                (double) eventCorrect / eventSamples,
                inForce.globalBatch(),
                vote.rate(),
                noise,
                seconds > 0 ? eventSamples / seconds : 0,
                secondsLeft,
                sentBytes,
                savedBytes);
        eventNanos = nowNanos;
        firstOfGeneration = false;
        eventSamples = 0;
        eventLoss = 0;
        eventCorrect = 0;
        return event;
    }

    /** Whether it is time for the next event of a committed step: the first of a generation, else ten a second at most. */
    boolean eventDue(long nowNanos) {
        return firstOfGeneration || nowNanos - eventNanos >= 100_000_000;
    }
}
