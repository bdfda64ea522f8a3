package rubato.sim;

import java.util.HashMap;
import java.util.Map;
import rubato.history.Entry;
import rubato.protocol.Recipe;
import rubato.protocol.WorkerAction;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.WorkerId;

/**
 * What every worker's residual must be (P7), from what each worker sent and what became of each step, whoever found that out: after a
 * step the rest of its own part, or what was kept before if the step was skipped or is no part of the state held; zero for who comes
 * from outside, and wherever a checkpoint is due.
 */
final class ResidualFacts {
    /** One worker's part of a step. */
    private record Sent(WorkerId worker, Generation generation, long step) {}

    private record Step(Generation generation, long step) {}

    /** @param all residual and gradient went whole; {@code due}: for a checkpoint or the end that follow */
    private record Part(long gradient, long before, boolean all, boolean due) {
        long after(long kept, boolean skipped) {
            if (due) return 0;
            if (skipped) return kept;
            return all ? 0 : SimulatedFeedback.rest(gradient + kept);
        }
    }

    private final Map<Sent, Part> parts = new HashMap<>();
    private final Map<Step, Boolean> skipped = new HashMap<>();
    private final Map<WorkerId, Long> kept = new HashMap<>();
    private final Map<WorkerId, Sent> open = new HashMap<>();

    private long kept(WorkerId worker) {
        return kept.getOrDefault(worker, 0L);
    }

    void sent(WorkerId worker, Generation generation, WorkerAction.Compute step, long gradient) {
        Sent sent = new Sent(worker, generation, step.step());
        boolean all = step.whole() || !step.plan().isCompressed();
        parts.put(sent, new Part(gradient, kept(worker), all, step.whole()));
        open.put(worker, sent);
    }

    /** The worker itself applied or skipped the step it sent its part of. */
    void settled(WorkerId worker, Generation generation, WorkerAction.Apply apply, long found) {
        skipped.put(new Step(generation, apply.step()), apply.skip());
        own(worker, new Sent(worker, generation, apply.step()), found);
    }

    /** It held the base of a generation already, whoever made that. */
    void renamed(WorkerId worker, StateName held, StateName base, long found) {
        boolean own = held.generation().equals(base.generation());
        settle(worker, own ? kept(worker) : 0, found, "the base is what it held, as " + held);
    }

    /** It took the base of a generation over from one who held it. */
    void tookOver(WorkerId worker, StateName base, long found) {
        Sent part = new Sent(worker, base.generation(), base.step());
        if (part.equals(open.get(worker))) own(worker, part, found);
        else settle(worker, 0, found, "it took over " + base + " as a joiner");
    }

    /** It made the base of a generation by recorded steps, and has what they leave a rank that began with nothing. */
    void recomputed(WorkerId worker, Recipe recipe, long found) {
        long left = 0;
        Generation generation = Generation.NONE;
        for (Recipe.Redo redo : recipe.steps()) {
            Entry.Commit commit = redo.commit();
            int rank = redo.ranks().indexOf(worker);
            boolean begins = !commit.generation().equals(generation);
            generation = commit.generation();
            if (rank < 0 || begins && redo.nothingKept().contains(rank)) left = 0;
            if (rank >= 0)
                left = part(new Sent(worker, generation, commit.step())).after(left, commit.skipped());
        }
        settle(worker, left, found, "recorded steps were made again");
    }

    /** What it holds comes from outside or is thrown away, or a checkpoint is made of it. */
    void forgot(WorkerId worker, long found) {
        settle(worker, 0, found, "nothing may be kept back");
    }

    private void own(WorkerId worker, Sent sent, long found) {
        Part part = part(sent);
        Boolean skip = skipped.get(new Step(sent.generation(), sent.step()));
        if (skip == null) throw new Violation(sent.step(), "nobody completed step " + sent.step());
        String why = "step " + sent.step() + " of generation " + sent.generation() + " was "
                + (skip ? "skipped" : "applied");
        settle(worker, part.after(part.before(), skip), found, why);
    }

    private Part part(Sent sent) {
        Part part = parts.get(sent);
        if (part == null) throw new Violation(sent.step(), sent.worker() + " sent no part of step " + sent.step());
        return part;
    }

    private void settle(WorkerId worker, long expected, long found, String why) {
        Sent was = open.remove(worker);
        kept.put(worker, expected);
        if (expected != found)
            throw new Violation(
                    was == null ? 0 : was.step(),
                    worker + " has kept back " + found + ", it must be " + expected + ": " + why);
    }
}
