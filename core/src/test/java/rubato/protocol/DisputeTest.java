package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.policy.Decision;
import rubato.step.DataShape;

/** Workers that hold different states after the same step (rule 9). */
class DisputeTest {
    private static final Goals EPOCHS = new Goals(Long.MAX_VALUE, 1, Double.POSITIVE_INFINITY, 2, -1);

    private static SimulatedRun run(long seed, int workers) {
        Plan plan = Plan.initial(10, Shares.equal(workers), EPOCHS.known());
        Rhythm rhythm = new Rhythm(new DataShape(403, true, 7, true), 0, 0, 8, BadArithmetic.SKIP);
        return new SimulatedRun(
                seed, workers, rhythm, EPOCHS, plan, (p, seen) -> Decision.keep(p, "fixed", "fixed"), 9);
    }

    private static List<Event.GenerationSealed> seals(SimulatedRun run) {
        return run.events.stream()
                .filter(Event.GenerationSealed.class::isInstance)
                .map(Event.GenerationSealed.class::cast)
                .toList();
    }

    @Test
    void two_workers_that_disagree_once_redo_the_step() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedRun run = run(seed, 2).flipAfter(1, 7).run();
            assertThat(run.ends.get(0).status())
                    .as("seed %d: %s", seed, run.ends)
                    .isEqualTo("done");
            assertThat(seals(run)).as("seed %d", seed).isNotEmpty();
        }
    }

    @Test
    void two_workers_that_disagree_about_the_same_step_again_end_the_run_as_diverged() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedRun run = run(seed, 2).miscompute(1, 7).run();
            CoordinatorAction.End end = run.ends.get(0);
            assertThat(end.exitCode()).as("seed %d: %s", seed, end).isEqualTo(4);
            assertThat(end.reason()).contains("step 7", "second time", "worker-0", "worker-1", "same Java version");
            assertThat(run.commits().stream().map(Entry.Commit::step)).doesNotContain(7L);
            assertThat(seals(run)).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void a_majority_decides_and_the_run_goes_on() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedRun run = run(seed, 3).miscompute(1, 7).run();
            assertThat(run.ends.get(0).status())
                    .as("seed %d: %s", seed, run.ends)
                    .isEqualTo("done");
            assertThat(seals(run)).as("seed %d", seed).isNotEmpty();
        }
    }
}
