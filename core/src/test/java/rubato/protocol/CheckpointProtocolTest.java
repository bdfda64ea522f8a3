package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.policy.Decision;
import rubato.step.DataShape;

/** Checkpoints whose parts are written by all, while disks fill up and workers die. */
class CheckpointProtocolTest {
    private static final Goals EPOCHS = new Goals(Long.MAX_VALUE, 4, Double.POSITIVE_INFINITY, 2, -1);
    private static final long FOR_EVER = Long.MAX_VALUE / 2;

    private static SimulatedRun run(long seed) {
        return run(seed, 1);
    }

    private static SimulatedRun run(long seed, int min) {
        Plan plan = Plan.initial(10, Shares.of(0.5, 0.2, 0.3), EPOCHS.known());
        Rhythm rhythm = new Rhythm(new DataShape(403, true, 7, true), 0, 0, 8, BadArithmetic.SKIP);
        return new SimulatedRun(seed, 3, min, rhythm, EPOCHS, plan, (p, seen) -> Decision.keep(p, "fixed", "fixed"), 9);
    }

    private static List<Entry.Checkpoint> checkpoints(SimulatedRun run) {
        List<Entry.Checkpoint> all = new ArrayList<>();
        for (Entry entry : run.ledger) if (entry instanceof Entry.Checkpoint point) all.add(point);
        return all;
    }

    private static List<String> warnings(SimulatedRun run) {
        return run.events.stream()
                .filter(Event.Warning.class::isInstance)
                .map(event -> ((Event.Warning) event).message())
                .toList();
    }

    @Test
    void every_rank_writes_its_part_and_the_parts_are_put_together_in_order() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedRun run = run(seed).run();
            assertThat(checkpoints(run))
                    .as("seed %d", seed)
                    .extracting(Entry.Checkpoint::step)
                    .containsExactly(41L, 82L, 123L, 164L);
            for (Entry.Checkpoint point : checkpoints(run)) {
                String part = point.hash() + "/";
                assertThat(point.manifestSha256()).isEqualTo(part + "0," + part + "1," + part + "2");
            }
        }
    }

    @Test
    void a_disk_that_is_full_for_a_while_costs_checkpoints_and_nothing_else() {
        for (long seed = 1; seed <= 60; seed++) {
            SimulatedRun run = run(seed)
                    .diskFull((int) (seed % 3), 0, 1200 * SimulatedRun.MS)
                    .run();
            assertThat(run.ends.get(0).status())
                    .as("seed %d: %s", seed, run.ends)
                    .isEqualTo("done");
            assertThat(warnings(run))
                    .as("seed %d", seed)
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("no checkpoint of step ") && line.contains("disk full"));
            assertThat(run.generations()).as("seed %d", seed).isEqualTo(1);
            assertThat(checkpoints(run))
                    .as("seed %d", seed)
                    .hasSizeBetween(1, 3)
                    .last()
                    .extracting(Entry.Checkpoint::step)
                    .isEqualTo(164L);
        }
    }

    @Test
    void where_the_last_checkpoint_can_never_be_written_the_run_says_so_and_ends() {
        for (long seed = 1; seed <= 10; seed++) {
            SimulatedRun run = run(seed).diskFull(1, 0, FOR_EVER).run();
            assertThat(run.ends).as("seed %d", seed).hasSize(1);
            assertThat(run.ends.get(0).exitCode()).isEqualTo(1);
            assertThat(run.ends.get(0).reason()).contains("last checkpoint cannot be written", "worker-1", "disk full");
            assertThat(run.ledger).noneMatch(Entry.Finished.class::isInstance);
        }
    }

    @Test
    void a_checkpoint_its_writer_died_over_is_made_by_the_next_generation() {
        for (long seed = 1; seed <= 60; seed++) {
            SimulatedRun run = run(seed).dieCompleting(0).run();
            assertThat(run.ends.get(0).status())
                    .as("seed %d: %s", seed, run.ends)
                    .isEqualTo("done");
            assertThat(checkpoints(run).get(0).step())
                    .as("seed %d: it was due at step 41, the next at step 82", seed)
                    .isBetween(41L, 81L);
            assertThat(checkpoints(run)).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void a_worker_that_shares_no_file_system_is_handed_the_state_by_one_that_does() {
        int made = 0;
        for (long seed = 1; seed <= 60; seed++) {
            SimulatedRun run = afterAllDied(seed, (r, at) -> r.joinApart(3, at).join(4, at + 2 * SimulatedRun.MS));
            assertThat(run.made).as("seed %d", seed).isSubsetOf("worker-4");
            if (run.made.isEmpty()) continue; // all died right after a checkpoint: everybody reads it
            made++;
            assertThat(warnings(run)).as("seed %d", seed).noneMatch(line -> line.contains("no checkpoint here"));
        }
        assertThat(made).isGreaterThan(50);
    }

    @Test
    void a_worker_that_cannot_read_checkpoints_is_handed_the_state_by_one_that_can() {
        for (long seed = 1; seed <= 60; seed++) {
            SimulatedRun run = afterAllDied(seed, (r, at) -> r.joinBlind(3, at).join(4, at + 2 * SimulatedRun.MS));
            assertThat(warnings(run)).as("seed %d", seed).anyMatch(line -> line.contains("no checkpoint here"));
            assertThat(run.made).as("seed %d", seed).isSubsetOf("worker-4");
        }
    }

    @Test
    void recorded_steps_are_made_again_by_one_worker_of_a_host_and_the_others_take_over_what_it_made() {
        int made = 0;
        for (long seed = 1; seed <= 60; seed++) {
            SimulatedRun run = afterAllDied(seed, (r, at) -> r.join(3, at).join(4, at + 2 * SimulatedRun.MS));
            assertThat(run.made).as("seed %d", seed).hasSizeLessThan(2);
            made += run.made.size();
        }
        assertThat(made).isGreaterThan(50);
    }

    @Test
    void if_the_worker_that_makes_steps_again_dies_another_does() {
        int again = 0;
        for (long seed = 1; seed <= 60; seed++) {
            SimulatedRun run = afterAllDied(
                    seed,
                    (r, at) -> r.joinFrail(3, at).join(4, at + SimulatedRun.MS).join(5, at + SimulatedRun.MS));
            assertThat(run.made).as("seed %d", seed).hasSizeLessThan(3);
            if (run.made.size() == 2) again++;
        }
        assertThat(again).isGreaterThan(20);
    }

    /** A run of which all workers die while it trains, and that ends well with those that come then. */
    private static SimulatedRun afterAllDied(long seed, BiConsumer<SimulatedRun, Long> replacements) {
        SimulatedRun run = run(seed, 2);
        long at = 1500 * SimulatedRun.MS + seed * 10 * SimulatedRun.MS;
        for (int worker = 0; worker < 3; worker++) run.kill(worker, at);
        replacements.accept(run, at + 40 * SimulatedRun.MS);
        run.run();
        assertThat(run.ends.get(0).status()).as("seed %d: %s", seed, run.ends).isEqualTo("done");
        assertThat(run.generations()).as("seed %d %s", seed, run.tale()).isGreaterThan(1);
        assertThat(run.ledger).as("seed %d", seed).noneMatch(Entry.Rollback.class::isInstance);
        assertThat(run.statesOfMembers())
                .as("seed %d %s", seed, run.tale())
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly(run.commits().get(run.commits().size() - 1).hash());
        assertThat(run.commits()).hasSize(164);
        return run;
    }

    @Test
    void where_no_worker_can_write_checkpoints_the_run_says_so_at_each_that_is_due() {
        SimulatedRun run = run(5).kill(0, 200 * SimulatedRun.MS).kill(1, 200 * SimulatedRun.MS);
        run.joinApart(3, 250 * SimulatedRun.MS).kill(2, 400 * SimulatedRun.MS).run();
        assertThat(warnings(run))
                .filteredOn(line -> line.contains("no file system in common"))
                .hasSizeBetween(3, 5);
        assertThat(run.ends.get(0).reason()).contains("last checkpoint cannot be written", "no file system in common");
    }
}
