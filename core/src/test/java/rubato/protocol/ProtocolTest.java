package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.policy.Decision;
import rubato.policy.Policy;
import rubato.step.DataShape;
import rubato.step.Range;

/** The real state machines under random timing: what is committed is complete, in order, and the same for everyone. */
class ProtocolTest {
    private static final Policy KEEP = (plan, seen) -> Decision.keep(plan, "fixed", "fixed");
    private static final Policy GROW = (plan, seen) ->
            Decision.change(plan.withGlobalBatch(Math.min(60, plan.globalBatch() + 7)), "grow", "test", List.of());
    private static final Goals EPOCHS = new Goals(Long.MAX_VALUE, 4, Double.POSITIVE_INFINITY, 2, -1);

    private static Rhythm rhythm(int window) {
        return new Rhythm(new DataShape(403, true, 7, true), 0, 0, window, true);
    }

    private static SimulatedRun run(long seed, Policy policy, Goals goals, int window) {
        Plan plan = Plan.initial(10, Shares.of(0.5, 0.2, 0.3), goals.known());
        return new SimulatedRun(seed, 3, rhythm(window), goals, plan, policy, 9);
    }

    @Test
    void every_schedule_ends_with_every_sample_exactly_once_and_equal_states() {
        for (long seed = 1; seed <= 60; seed++) {
            SimulatedRun run = run(seed, GROW, EPOCHS, 8).run();
            assertThat(run.ends).as("seed %d", seed).hasSize(1);
            assertThat(run.ends.get(0).status())
                    .as("seed %d: %s", seed, run.ends)
                    .isEqualTo("done");
            assertThat(run.stateOf(1))
                    .as("seed %d", seed)
                    .isEqualTo(run.stateOf(0))
                    .isEqualTo(run.stateOf(2));
            assertThat(run.generations()).as("seed %d", seed).isEqualTo(1);
            assertEachOnce(run, 4, seed);
            assertThat(run.ledger.get(run.ledger.size() - 1)).isInstanceOf(Entry.Finished.class);
            assertThat(run.commits().get(run.commits().size() - 1).hash()).isEqualTo(run.stateOf(0));
        }
    }

    private static void assertEachOnce(SimulatedRun run, int epochs, long seed) {
        BitSet[] seen = new BitSet[epochs];
        for (int e = 0; e < epochs; e++) seen[e] = new BitSet();
        long step = 0;
        for (Entry.Commit commit : run.commits()) {
            assertThat(commit.step()).as("seed %d", seed).isEqualTo(++step);
            for (List<Range> part : commit.ranges()) {
                for (Range range : part) {
                    for (int at = range.start(); at < range.end(); at++) {
                        assertThat(seen[(int) range.epoch()].get(at))
                                .as("seed %d position %d twice", seed, at)
                                .isFalse();
                        seen[(int) range.epoch()].set(at);
                    }
                }
            }
        }
        for (BitSet epoch : seen)
            assertThat(epoch.cardinality()).as("seed %d", seed).isEqualTo(403);
    }

    @Test
    void plans_fed_by_statistics_take_effect_at_the_same_steps_whatever_the_timing() {
        List<Long> first = planOfEachStep(run(1, GROW, EPOCHS, 8).run());
        assertThat(first).isNotEmpty().contains(1L, 2L, 3L);
        for (long seed = 2; seed <= 40; seed++) {
            SimulatedRun run = run(seed, GROW, EPOCHS, 8).run();
            assertThat(planOfEachStep(run)).as("seed %d", seed).isEqualTo(first);
        }
    }

    private static List<Long> planOfEachStep(SimulatedRun run) {
        return run.commits().stream().map(Entry.Commit::planVersion).toList();
    }

    @Test
    void completed_never_runs_further_ahead_of_committed_than_the_window() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(run(seed, KEEP, EPOCHS, 4).run().mostAhead())
                    .as("seed %d", seed)
                    .isBetween(2, 4);
        }
    }

    @Test
    void when_workers_die_and_come_training_goes_on_and_every_sample_still_counts_once() {
        for (long seed = 1; seed <= 200; seed++) {
            int victim = (int) (seed % 3);
            SimulatedRun run = run(seed, GROW, EPOCHS, 8)
                    .kill(victim, seed * 5 * SimulatedRun.MS)
                    .join(3, seed * 7 * SimulatedRun.MS)
                    .kill((victim + 1) % 3, seed * 9 * SimulatedRun.MS)
                    .join(4, seed * 13 * SimulatedRun.MS)
                    .run();
            assertThat(run.ends).as("seed %d", seed).hasSize(1);
            assertThat(run.ends.get(0).status())
                    .as("seed %d: %s %s", seed, run.ends, run.tale())
                    .isEqualTo("done");
            assertEachOnce(run, 4, seed);
            assertThat(run.statesOfMembers())
                    .as("seed %d", seed)
                    .isNotEmpty()
                    .containsOnly(run.commits().get(run.commits().size() - 1).hash());
        }
    }

    @Test
    void when_everyone_dies_the_recorded_steps_are_made_again_and_nothing_is_lost() {
        for (long seed = 1; seed <= 100; seed++) {
            SimulatedRun run = run(seed, GROW, EPOCHS, 8);
            long at = 100 * SimulatedRun.MS + seed * 3 * SimulatedRun.MS;
            for (int worker = 0; worker < 3; worker++) run.kill(worker, at + worker * seed % 7 * SimulatedRun.MS);
            run.join(3, at + 50 * SimulatedRun.MS)
                    .join(4, at + 60 * SimulatedRun.MS)
                    .run();
            assertThat(run.ends.get(0).status())
                    .as("seed %d: %s", seed, run.ends)
                    .isEqualTo("done");
            assertEachOnce(run, 4, seed);
            assertThat(run.ledger).as("seed %d", seed).noneMatch(Entry.Rollback.class::isInstance);
        }
    }

    @Test
    void an_interrupt_ends_every_schedule_with_a_checkpoint_of_the_last_step() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedRun run = run(seed, KEEP, EPOCHS, 8)
                    .interrupt(100 * SimulatedRun.MS + seed * SimulatedRun.MS)
                    .run();
            assertThat(run.ends.get(0).status()).as("seed %d", seed).isEqualTo("interrupted");
            if (run.commits().isEmpty()) continue;
            long last = run.commits().get(run.commits().size() - 1).step();
            assertThat(run.ledger.stream()
                            .filter(Entry.Checkpoint.class::isInstance)
                            .map(e -> ((Entry.Checkpoint) e).step()))
                    .as("seed %d", seed)
                    .contains(last);
        }
    }

    @Test
    void a_step_bound_is_met_exactly() {
        Goals goals = new Goals(37, Long.MAX_VALUE, Double.POSITIVE_INFINITY, 2, -1);
        SimulatedRun run = run(5, GROW, goals, 8).run();
        assertThat(run.commits()).hasSize(37);
        assertThat(run.ends.get(0).stoppedBy()).isEqualTo("steps");
    }

    @Test
    void a_target_reached_at_an_evaluation_stops_at_that_step() {
        Goals goals = new Goals(Long.MAX_VALUE, 9, Double.POSITIVE_INFINITY, 0.4, -1);
        SimulatedRun run = run(5, KEEP, goals, 8).run();
        assertThat(run.commits()).hasSize(41);
        assertThat(run.ends.get(0).stoppedBy()).isEqualTo("target-accuracy");
    }

    @Test
    void a_stop_known_in_advance_is_part_of_the_first_plan() {
        assertThat(EPOCHS.known()).isEqualTo(new Stop(Long.MAX_VALUE, 4, "epochs"));
    }
}
