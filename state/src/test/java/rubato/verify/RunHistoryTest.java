package rubato.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import rubato.history.Entry;
import rubato.history.Entry.Activate;
import rubato.history.Entry.Commit;
import rubato.plan.Shares;
import rubato.step.Range;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** Histories with changes of membership: right ones pass, and each way of being wrong is caught by name. */
class RunHistoryTest {
    private static RecordedRun changed() {
        RecordedRun run = RecordedRun.begun(Path.of("none"), true);
        run.steps(3);
        run.change(1, 3);
        run.steps(4);
        run.change(0, 1);
        run.steps(2);
        run.finish();
        return run;
    }

    private static void assertCaught(RecordedRun run, String words) {
        assertThat(run.read().violations()).anySatisfy(line -> assertThat(line).contains(words));
    }

    /** Changes the second activation, that of generation 1.2. */
    private static RecordedRun changed(UnaryOperator<Activate> change) {
        RecordedRun run = changed();
        run.entries.replaceAll(entry -> entry instanceof Activate activate
                        && activate.world().generation().number() == 2
                ? change.apply(activate)
                : entry);
        return run;
    }

    private static StateName moved(StateName base, long lineage, long step, long hash) {
        return new StateName(lineage, base.generation(), step, hash);
    }

    @Test
    void changes_of_membership_are_found_correct() {
        RunHistory history = changed().read();
        assertThat(history.violations()).isEmpty();
        assertThat(history.steps()).isEqualTo(10);
        assertThat(history.generations()).isEqualTo(3);
        assertThat(history.isFinished()).isTrue();
        assertThat(history.accounts())
                .allSatisfy(epoch -> assertThat(epoch.exactlyOnce()).isTrue());
    }

    @Test
    void a_base_behind_what_was_committed_is_caught() {
        assertCaught(
                changed(a -> new Activate(a.world(), moved(a.base(), 0, 2, 0), a.plan(), List.of())),
                "activates a base at step 2, committed is step 3");
    }

    @Test
    void a_base_of_another_hash_is_caught() {
        assertCaught(
                changed(a -> new Activate(a.world(), moved(a.base(), 0, 4, 5), a.plan(), a.completed())),
                "names hash 5 for step 4");
    }

    @Test
    void a_base_of_another_lineage_is_caught() {
        assertCaught(
                changed(a ->
                        new Activate(a.world(), moved(a.base(), 7, 4, a.base().hash()), a.plan(), a.completed())),
                "activates a base of lineage 7");
    }

    @Test
    void a_base_whose_steps_are_not_recorded_is_caught() {
        assertCaught(
                changed(a -> new Activate(a.world(), a.base(), a.plan(), List.of())),
                "activates a base at step 4, committed is step 3");
    }

    @Test
    void a_completed_step_of_a_dead_generation_is_caught() {
        assertCaught(
                changed(a -> {
                    Commit c = a.completed().get(0);
                    Commit old = new Commit(
                            new Generation(1, 0),
                            c.step(),
                            c.hash(),
                            1,
                            c.ranges(),
                            c.dropped(),
                            c.sampleDigest(),
                            false,
                            1);
                    return new Activate(a.world(), a.base(), a.plan(), List.of(old));
                }),
                "completes step 4 of generation 1.0, the one before is 1.1");
    }

    @Test
    void a_completed_step_that_skips_one_is_caught() {
        RecordedRun run = changed();
        run.entries.removeIf(entry -> entry instanceof Commit commit && commit.step() == 3);
        assertCaught(run, "step 4 is committed after step 2");
    }

    @Test
    void a_completed_step_with_samples_trained_before_is_caught() {
        assertCaught(
                changed(a -> {
                    Commit c = a.completed().get(0);
                    List<List<Range>> again = List.of(List.of(new Range(0, 0, 2)), List.of(new Range(0, 2, 2)));
                    Commit twice =
                            new Commit(c.generation(), 4, c.hash(), 1, again, c.dropped(), c.sampleDigest(), false, 1);
                    return new Activate(a.world(), a.base(), a.plan(), List.of(twice));
                }),
                "trained before");
    }

    @Test
    void a_generation_activated_twice_is_caught() {
        RecordedRun run = changed();
        int at = run.entries.indexOf(run.entries.stream()
                .filter(e -> e instanceof Activate a && a.world().generation().number() == 2)
                .findFirst()
                .orElseThrow());
        Activate first = (Activate) run.entries.get(at);
        run.entries.add(at + 1, new Activate(first.world(), first.base(), first.plan(), List.of()));
        assertCaught(run, "generation 1.2 does not follow 1.2");
    }

    @Test
    void an_activation_while_the_last_generation_is_open_is_caught() {
        RecordedRun run = changed();
        run.entries.removeIf(entry -> entry instanceof Entry.Seal);
        assertCaught(run, "activates generation 1.2 while 1.1 is not sealed");
    }

    @Test
    void an_activation_in_an_old_term_is_caught() {
        RecordedRun run = RecordedRun.begun(Path.of("none"), true);
        run.steps(2);
        run.entries.add(new Entry.Term(5));
        run.change(0, 2);
        assertCaught(run, "activates generation 1.2 in term 5");
    }

    @Test
    void a_world_with_two_workers_of_one_name_is_caught() {
        assertCaught(
                changed(a -> {
                    List<Member> twins = List.of(
                            new Member(new WorkerId("w", 1), "h", 1, 1),
                            new Member(new WorkerId("w", 2), "h", 2, 2),
                            new Member(new WorkerId("v", 1), "h", 3, 3));
                    return new Activate(new World(a.world().generation(), twins), a.base(), a.plan(), a.completed());
                }),
                "two members w");
    }

    @Test
    void a_plan_with_shares_for_another_world_is_caught() {
        assertCaught(
                changed(a -> new Activate(a.world(), a.base(), a.plan().withShares(Shares.equal(2)), a.completed())),
                "has shares for 2 ranks, the world has 3");
    }

    @Test
    void a_plan_version_used_twice_is_caught() {
        RecordedRun run = changed();
        int at = run.entries.size() - 2;
        Activate last = (Activate) run.entries.stream()
                .filter(e -> e instanceof Activate)
                .reduce((a, b) -> b)
                .orElseThrow();
        run.entries.add(at, new Entry.Planned(last.plan().withGlobalBatch(7), "test"));
        assertCaught(run, "plan " + last.plan().version() + " is recorded twice");
    }

    @Test
    void a_commit_of_the_generation_before_is_caught() {
        RecordedRun run = changed();
        run.change(
                6,
                c -> new Commit(
                        new Generation(1, 1),
                        6,
                        c.hash(),
                        c.planVersion(),
                        c.ranges(),
                        c.dropped(),
                        c.sampleDigest(),
                        false,
                        1));
        assertCaught(run, "step 6 is committed in generation 1.1, the one activated last is 1.2");
    }

    @Test
    void a_checkpoint_of_a_step_not_committed_is_caught() {
        RecordedRun run = RecordedRun.begun(Path.of("none"), true);
        run.steps(2);
        run.entries.add(new Entry.Checkpoint(3, run.hash(3), "step-3", "sha"));
        assertCaught(run, "names step 3, which is not committed");
    }

    @Test
    void a_rollback_that_keeps_the_lineage_is_caught() {
        RecordedRun run = RecordedRun.begun(Path.of("none"), true);
        run.steps(2);
        run.entries.add(new Entry.Rollback(0, 1, "test"));
        assertCaught(run, "lineage 0 does not follow 0");
    }

    @Test
    void anything_after_the_end_is_caught() {
        RecordedRun run = changed();
        run.entries.add(new Entry.Seal(run.generation(), "late"));
        assertCaught(run, "follows the end of the run");
    }
}
