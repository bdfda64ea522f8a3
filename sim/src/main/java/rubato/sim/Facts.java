package rubato.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rubato.history.Entry;
import rubato.protocol.CoordinatorAction;
import rubato.protocol.ToWorker;
import rubato.step.StateName;
import rubato.world.Generation;

/** What has become fact so far, and what replicas claim: everything a message or a state is held against at once. */
final class Facts {
    private record Completed(long lineage, Generation generation, long step) {}

    final ResidualFacts residuals = new ResidualFacts();
    final Unrepeatable unrepeatable = new Unrepeatable();
    private final List<Entry> durable = new ArrayList<>();
    private final Set<Generation> activated = new HashSet<>();
    private final Map<Completed, Long> hashes = new HashMap<>();
    /** Last committed step that a generation could know of before history was rolled back over it. */
    private final Map<Generation, Long> reached = new HashMap<>();

    private long committed;
    private long plan = 1;
    private boolean finished;
    private long commits;

    /** These entries are acknowledged. */
    void durable(List<Entry> entries) {
        for (Entry entry : entries) {
            durable.add(entry);
            if (entry instanceof Entry.Commit commit) {
                committed = commit.step();
                commits++;
            } else if (entry instanceof Entry.Activate activate) activate(activate);
            else if (entry instanceof Entry.Planned planned)
                plan = Math.max(plan, planned.plan().version());
            else if (entry instanceof Entry.Rollback back) rolledBack(back.toStep());
            else if (entry instanceof Entry.Finished) finished = true;
        }
    }

    /** A worker that was paused meanwhile still trains what is given up, as far as it was committed. */
    private void rolledBack(long to) {
        for (Generation generation : activated) reached.putIfAbsent(generation, committed);
        committed = to;
    }

    private void activate(Entry.Activate activate) {
        activated.add(activate.world().generation());
        committed = activate.base().step();
        commits += activate.completed().size();
        plan = Math.max(plan, activate.plan().version());
    }

    List<Entry> acknowledged() {
        return durable;
    }

    long committed() {
        return committed;
    }

    /** Steps committed so far, counted anew after a rollback: grows as long as the run lives. */
    long commits() {
        return commits;
    }

    boolean isFinished() {
        return finished;
    }

    /** Nothing may be told that is not durable (rules 1, 6, 11, 14). */
    void told(ToWorker message) {
        if (message instanceof ToWorker.Committed done && done.step() > committed)
            throw new Violation(
                    done.step(),
                    "a worker is told that step " + done.step() + " is committed, durable is step " + committed);
        if (message instanceof ToWorker.Activated active && !activated.contains(active.generation()))
            throw new Violation(committed, "generation " + active.generation() + " is told before it is durable");
        if (message instanceof ToWorker.Planned planned && planned.plan().version() > plan)
            throw new Violation(committed, "plan " + planned.plan().version() + " is told before it is durable");
        if (message instanceof ToWorker.Finish && !finished)
            throw new Violation(committed, "the end is told before it is durable");
    }

    /** The driver is told how far committed history is durable. */
    void told(CoordinatorAction.Durable durable) {
        if (durable.step() > committed)
            throw new Violation(
                    durable.step(),
                    "step " + durable.step() + " is said to be durable, step " + committed + " is the last one");
    }

    /** A worker begins a step (rule 3). */
    void begins(Generation generation, long step, int window) {
        if (!activated.contains(generation))
            throw new Violation(
                    step, "step " + step + " begins in generation " + generation + ", which is not activated");
        long known = reached.getOrDefault(generation, committed);
        if (step > known + window)
            throw new Violation(
                    step, "step " + step + " begins while step " + known + " is committed, the window is " + window);
    }

    /** A worker completed a step: all that do so in one generation hold the same (P3). */
    void completed(StateName state) {
        Long before =
                hashes.putIfAbsent(new Completed(state.lineage(), state.generation(), state.step()), state.hash());
        if (before != null && before != state.hash())
            throw new Violation(
                    state.step(),
                    "two replicas of generation " + state.generation() + " hold different states at step "
                            + state.step());
    }
}
