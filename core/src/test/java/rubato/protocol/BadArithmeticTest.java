package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.policy.Decision;
import rubato.step.DataShape;

/** Numbers that are not finite, and memory that changes by itself. */
class BadArithmeticTest {
    private static final Goals EPOCHS = new Goals(Long.MAX_VALUE, 3, Double.POSITIVE_INFINITY, 2, -1);

    private static SimulatedRun run(long seed, BadArithmetic policy) {
        Plan plan = Plan.initial(10, Shares.of(0.5, 0.2, 0.3), EPOCHS.known());
        Rhythm rhythm = new Rhythm(new DataShape(403, true, 7, true), 0, 0, 8, policy);
        return new SimulatedRun(seed, 3, rhythm, EPOCHS, plan, (p, seen) -> Decision.keep(p, "fixed", "fixed"), 9);
    }

    private static List<Entry.NonFinite> marks(SimulatedRun run) {
        return run.ledger.stream()
                .filter(Entry.NonFinite.class::isInstance)
                .map(Entry.NonFinite.class::cast)
                .toList();
    }

    private static List<Long> skipped(SimulatedRun run) {
        return run.commits().stream()
                .filter(Entry.Commit::skipped)
                .map(Entry.Commit::step)
                .toList();
    }

    private static List<Event.WorkerLeft> left(SimulatedRun run) {
        return run.events.stream()
                .filter(Event.WorkerLeft.class::isInstance)
                .map(Event.WorkerLeft.class::cast)
                .toList();
    }

    private static void assertDone(SimulatedRun run, long seed) {
        assertThat(run.ends.get(0).status())
                .as("seed %d: %s %s", seed, run.ends, run.tale())
                .isEqualTo("done");
        assertThat(run.commits()).as("seed %d", seed).hasSize(123);
        assertThat(run.statesOfMembers())
                .as("seed %d", seed)
                .isNotEmpty()
                .containsOnly(run.commits().get(122).hash());
    }

    @Test
    void a_step_with_bad_arithmetic_is_skipped_and_recorded_with_the_rank() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedRun run =
                    run(seed, BadArithmetic.SKIP).bad(1, Set.of(7L, 90L)).run();
            assertDone(run, seed);
            assertThat(skipped(run)).containsExactly(7L, 90L);
            assertThat(marks(run)).extracting(Entry.NonFinite::step).containsExactly(7L, 90L);
            assertThat(marks(run)).allMatch(m -> m.skipped() && m.ranks().equals(List.of(1)));
            assertThat(left(run)).isEmpty();
        }
    }

    @Test
    void with_clip_the_step_counts_and_the_contribution_is_marked() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedRun run = run(seed, BadArithmetic.CLIP).bad(2, Set.of(7L)).run();
            assertDone(run, seed);
            assertThat(skipped(run)).isEmpty();
            assertThat(marks(run))
                    .singleElement()
                    .matches(m -> !m.skipped() && m.ranks().equals(List.of(2)));
        }
    }

    @Test
    void with_stop_the_run_ends_as_diverged() {
        SimulatedRun run = run(3, BadArithmetic.STOP).bad(2, Set.of(7L)).run();
        assertThat(run.ends.get(0).exitCode()).isEqualTo(4);
        assertThat(run.ends.get(0).reason()).contains("step 7", "not finite");
        assertThat(run.commits().stream().map(Entry.Commit::step)).doesNotContain(7L);
    }

    @Test
    void a_worker_whose_contributions_alone_are_bad_again_and_again_leaves() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedRun run =
                    run(seed, BadArithmetic.SKIP).bad(1, Set.of(20L, 30L, 40L)).run();
            assertDone(run, seed);
            assertThat(left(run)).as("seed %d", seed).singleElement().satisfies(gone -> {
                assertThat(gone.worker()).isEqualTo("worker-1");
                assertThat(gone.reason()).contains("not finite in 3 of the last 50 steps");
            });
            assertThat(marks(run)).hasSize(3);
        }
    }

    @Test
    void a_worker_whose_contributions_are_bad_now_and_then_stays() {
        SimulatedRun run = run(4, BadArithmetic.SKIP)
                .bad(1, Set.of(1L, 26L, 51L, 76L, 101L))
                .run();
        assertDone(run, 4);
        assertThat(left(run)).isEmpty();
    }

    @Test
    void where_all_are_bad_nobody_leaves_and_the_run_ends_as_diverged() {
        Set<Long> all = LongStream.rangeClosed(1, 200).boxed().collect(Collectors.toSet());
        SimulatedRun run =
                run(4, BadArithmetic.SKIP).bad(0, all).bad(1, all).bad(2, all).run();
        assertThat(left(run)).isEmpty();
        assertThat(run.ends.get(0).exitCode()).isEqualTo(4);
    }

    @Test
    void a_worker_whose_state_changed_by_itself_contributes_nothing_and_returns_with_fresh_state() {
        for (long seed = 1; seed <= 60; seed++) {
            int victim = (int) (seed % 3);
            SimulatedRun run =
                    run(seed, BadArithmetic.SKIP).flipBefore(victim, 20).run();
            assertDone(run, seed);
            assertThat(left(run)).as("seed %d", seed).singleElement().satisfies(gone -> {
                assertThat(gone.worker()).isEqualTo("worker-" + victim);
                assertThat(gone.reason()).contains("state of step 19 changed by itself");
            });
            assertThat(run.generations()).as("seed %d", seed).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void a_replica_that_disagrees_with_the_majority_takes_over_their_state() {
        for (long seed = 1; seed <= 60; seed++) {
            SimulatedRun run = run(seed, BadArithmetic.SKIP)
                    .flipAfter((int) (seed % 3), 20)
                    .run();
            assertDone(run, seed);
            assertThat(run.generations()).as("seed %d %s", seed, run.tale()).isGreaterThanOrEqualTo(2);
            assertThat(left(run)).isEmpty();
            assertThat(run.ledger).noneMatch(Entry.Rollback.class::isInstance);
        }
    }

    @Test
    void what_was_skipped_is_skipped_again_when_everyone_died() {
        for (long seed = 1; seed <= 60; seed++) {
            SimulatedRun run = run(seed, BadArithmetic.SKIP).bad(1, Set.of(7L, 11L));
            long at = 150 * SimulatedRun.MS + seed * SimulatedRun.MS;
            for (int worker = 0; worker < 3; worker++) run.kill(worker, at);
            run.join(3, at + 40 * SimulatedRun.MS).run();
            assertDone(run, seed);
            assertThat(run.ledger).as("seed %d", seed).noneMatch(Entry.Rollback.class::isInstance);
        }
    }
}
