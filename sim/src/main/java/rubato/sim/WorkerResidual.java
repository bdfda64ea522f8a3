package rubato.sim;

import org.jspecify.annotations.Nullable;
import rubato.protocol.Recipe;
import rubato.protocol.WorkerAction;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** A worker's residual, by the real rule, held against what it must be whenever a step is resolved (P7). */
final class WorkerResidual {
    private final WorkerId self;
    private final ResidualFacts facts;
    private SimulatedFeedback feedback = new SimulatedFeedback();

    WorkerResidual(WorkerId self, ResidualFacts facts) {
        this.self = self;
        this.facts = facts;
    }

    /** What a fingerprint covers. */
    SimulatedFeedback feedback() {
        return feedback;
    }

    boolean keepsNothing() {
        return feedback.carried() == 0;
    }

    /** @return what is sent of a step's gradient */
    long send(Generation generation, WorkerAction.Compute step, long gradient) {
        facts.sent(self, generation, step, gradient);
        return feedback.send(generation, step, gradient);
    }

    void settled(Generation generation, WorkerAction.Apply apply) {
        if (apply.skip()) feedback.residual().skipped();
        else feedback.residual().applied();
        facts.settled(self, generation, apply, feedback.carried());
    }

    /** The state held is the base of a generation. */
    void renamed(StateName held, StateName base) {
        feedback.residual().renamed(held, base);
        facts.renamed(self, held, base, feedback.carried());
    }

    /** @param updated whether its last step was applied, not skipped */
    void tookOver(StateName base, boolean updated) {
        feedback.residual().tookOver(base, updated);
        facts.tookOver(self, base, feedback.carried());
    }

    /** @param mine as the recorded steps left it, null if it had no part in the last */
    void recomputed(Recipe recipe, @Nullable SimulatedFeedback mine) {
        if (mine == null) feedback.residual().forget();
        else feedback = mine;
        facts.recomputed(self, recipe, feedback.carried());
    }

    /** What is held comes from outside or is thrown away, or a checkpoint is made of it. */
    void forgot() {
        feedback.residual().forget();
        facts.forgot(self, feedback.carried());
    }
}
