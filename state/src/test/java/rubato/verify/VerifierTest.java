package rubato.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.history.Entry.Commit;
import rubato.plan.Shares;
import rubato.step.Cursor;
import rubato.step.Range;
import rubato.world.Generation;

class VerifierTest {
    @TempDir
    Path directory;

    private static Commit with(Commit c, List<List<Range>> ranges) {
        return new Commit(
                c.generation(), c.step(), c.hash(), c.planVersion(), ranges, c.dropped(), c.sampleDigest(), false, 1);
    }

    private void assertCaught(RecordedRun run, String... words) {
        Verification found = run.verify();
        assertThat(found.ok()).isFalse();
        assertThat(found.violations()).anySatisfy(line -> assertThat(line).contains(words));
        assertThat(found.violations()).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
    }

    @Test
    void a_correct_run_is_found_correct() {
        Verification found = RecordedRun.small(directory).verify();
        assertThat(found.violations()).isEmpty();
        assertThat(found.ok()).isTrue();
        assertThat(found.steps()).isEqualTo(12);
        assertThat(found.generations()).isEqualTo(1);
        assertThat(found.rollbacks()).isZero();
        assertThat(found.epochs())
                .containsExactly(
                        new EpochAccount(0, 23, true, true),
                        new EpochAccount(1, 23, true, true),
                        new EpochAccount(2, 12, false, true));
        assertThat(found.toJson())
                .startsWith("{\"ok\":true,\"violations\":[],\"epochs\":[{\"epoch\":0,\"samples\":23,\"complete\":true,"
                        + "\"exactly_once\":true}")
                .endsWith("\"steps\":12,\"generations\":1,\"rollbacks\":0}");
    }

    @Test
    void dropped_tails_complete_their_epochs() {
        RecordedRun run = RecordedRun.begun(directory, false);
        run.steps(10);
        run.finish();
        Verification found = run.verify();
        assertThat(found.violations()).isEmpty();
        assertThat(found.epochs())
                .containsExactly(new EpochAccount(0, 20, true, true), new EpochAccount(1, 20, true, true));
    }

    @Test
    void a_resumed_run_is_found_correct() {
        RecordedRun run = RecordedRun.small(directory);
        run.start();
        run.plan(5, Shares.of(0.4, 0.6), 2);
        run.steps(4);
        run.checkpoint();
        run.finish();
        Verification found = run.verify();
        assertThat(found.violations()).isEmpty();
        assertThat(found.generations()).isEqualTo(2);
        assertThat(found.steps()).isEqualTo(16);
    }

    @Test
    void what_a_rollback_gave_up_counts_in_no_epoch() {
        RecordedRun run = RecordedRun.begun(directory, true);
        run.steps(5);
        run.checkpoint();
        Cursor at = run.cursor();
        run.steps(4);
        run.rollback(1, 5, at);
        run.steps(7);
        run.checkpoint();
        run.finish();
        Verification found = run.verify();
        assertThat(found.violations()).isEmpty();
        assertThat(found.rollbacks()).isEqualTo(1);
        assertThat(found.steps()).isEqualTo(12);
        assertThat(found.epochs())
                .containsExactly(new EpochAccount(0, 23, true, true), new EpochAccount(1, 23, true, true));
    }

    @Test
    void a_sample_trained_twice_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.change(2, c -> with(c, List.of(List.of(new Range(0, 2, 2)), List.of(new Range(0, 6, 2)))));
        assertCaught(run, "entry 4 (Commit)", "step 2", "trained before");
    }

    @Test
    void a_missing_sample_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.change(2, c -> with(c, List.of(c.ranges().get(0), List.of(new Range(0, 6, 1)))));
        assertCaught(run, "step 2", "fed 3 samples", "give 4");
    }

    @Test
    void an_epoch_left_early_is_caught() {
        RecordedRun run = RecordedRun.begun(directory, true);
        run.steps(5);
        run.entries.add(new Commit(
                new Generation(1, 1),
                6,
                run.hash(6),
                1,
                List.of(List.of(new Range(1, 0, 2)), List.of(new Range(1, 2, 2))),
                List.of(),
                0,
                false,
                1));
        Verification found = run.verify();
        assertThat(found.violations())
                .anySatisfy(line -> assertThat(line).contains("epoch 1 begins while 3 samples of epoch 0 are missing"));
        assertThat(found.epochs().get(0)).isEqualTo(new EpochAccount(0, 20, false, false));
    }

    @Test
    void a_gap_in_the_steps_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.entries.removeIf(entry -> entry instanceof Commit commit && commit.step() == 4);
        assertCaught(run, "step 5 is committed after step 3");
    }

    @Test
    void a_wrong_plan_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.change(
                9,
                c -> new Commit(c.generation(), 9, c.hash(), 1, c.ranges(), c.dropped(), c.sampleDigest(), false, 1));
        assertCaught(run, "step 9 ran under plan 1, in force was plan 2");
    }

    @Test
    void wrong_shares_are_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.change(1, c -> with(c, List.of(List.of(new Range(0, 0, 1)), List.of(new Range(0, 1, 3)))));
        assertCaught(run, "step 1", "rank 0 fed 1 samples, plan 1 gives it 2");
    }

    @Test
    void ranks_in_the_wrong_order_are_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.change(1, c -> with(c, List.of(c.ranges().get(1), c.ranges().get(0))));
        assertCaught(run, "step 1", "not those the cursor yields");
    }

    @Test
    void a_missing_rank_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.change(1, c -> with(c, List.of(List.of(new Range(0, 0, 4)))));
        assertCaught(run, "step 1 names 1 ranks, the world has 2");
    }

    @Test
    void a_wrong_digest_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.change(
                3,
                c -> new Commit(
                        c.generation(), 3, c.hash(), 1, c.ranges(), c.dropped(), c.sampleDigest() + 1, false, 1));
        assertCaught(run, "step 3", "sample digest is");
    }

    @Test
    void a_commit_in_a_sealed_generation_is_caught() {
        RecordedRun run = RecordedRun.begun(directory, true);
        run.steps(2);
        run.entries.add(new Entry.Seal(new Generation(1, 1), "test"));
        run.steps(1);
        assertCaught(run, "step 3 is committed in generation 1.1, which is sealed");
    }

    @Test
    void a_commit_in_a_generation_never_activated_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.change(
                3,
                c -> new Commit(
                        new Generation(1, 2), 3, c.hash(), 1, c.ranges(), c.dropped(), c.sampleDigest(), false, 1));
        assertCaught(run, "generation 1.2, the one activated last is 1.1");
    }

    @Test
    void a_checkpoint_of_another_hash_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.change(
                7,
                c -> new Commit(
                        c.generation(), 7, c.hash() + 1, 2, c.ranges(), c.dropped(), c.sampleDigest(), false, 1));
        assertCaught(run, "(Checkpoint)", "for step 7, committed was");
    }

    @Test
    void a_finish_of_another_hash_is_caught() {
        RecordedRun run = RecordedRun.begun(directory, true);
        run.steps(2);
        run.entries.add(new Entry.Finished("done", 2, 5, "steps"));
        assertCaught(run, "(Finished)", "names hash 5 for step 2");
    }

    @Test
    void a_plan_version_left_out_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.entries.replaceAll(entry -> entry instanceof Entry.Planned planned
                ? new Entry.Planned(
                        planned.plan().succeeding(planned.plan(), planned.plan().fromStep()), "test")
                : entry);
        assertCaught(run, "plan version 3 does not follow 1");
    }

    @Test
    void an_old_term_is_caught() {
        RecordedRun run = RecordedRun.begun(directory, true);
        run.entries.add(new Entry.Term(1));
        assertCaught(run, "term 1 does not follow term 1");
    }

    @Test
    void a_run_that_does_not_begin_is_caught() {
        RecordedRun run = RecordedRun.small(directory);
        run.entries.remove(0);
        assertCaught(run, "the first entry must be Begin");
    }

    @Test
    void a_rollback_to_a_step_never_committed_is_caught() {
        RecordedRun run = RecordedRun.begun(directory, true);
        run.entries.add(new Entry.Rollback(1, 9, "test"));
        assertCaught(run, "rolls back to step 9, committed is step 0");
    }

    @Test
    void a_base_that_is_not_what_was_committed_is_caught() {
        RecordedRun run = RecordedRun.begun(directory, true);
        run.steps(3);
        List<Entry> before = new ArrayList<>(run.entries);
        run.entries.remove(run.entries.size() - 1);
        run.start();
        assertThat(before).hasSize(6);
        assertCaught(run, "activates a base at step 3, committed is step 2");
    }

    @Test
    void a_directory_that_is_not_there_is_an_error() {
        assertThatThrownBy(() -> Verifier.verify(directory.resolve("none")))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("no run directory");
    }
}
