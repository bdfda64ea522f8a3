package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.history.Entry;
import rubato.plan.Compression;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.WorkerId;

class ResidualTest {
    private static final Generation NOW = new Generation(1, 3);
    private static final Generation NEXT = new Generation(1, 4);
    private static final Plan PLAIN = Plan.initial(8, Shares.equal(1), Stop.NEVER);
    private static final Plan HALF = PLAIN.withCompression(new Compression.TopK(0.5));

    /** Keeps back one unit more with each step that is not whole. */
    private static final class Units implements Residual.Values {
        private final Residual residual = new Residual(this);
        private int kept;
        private int left;
        private int restarts;

        private void send(Generation generation, long step, Plan plan, boolean whole) {
            left = residual.open(generation, new WorkerAction.Compute(step, plan, List.of(), 0, whole)) ? 0 : kept + 1;
        }

        @Override
        public void settle(long step) {
            kept = left;
        }

        @Override
        public void revert() {
            left = 0;
        }

        @Override
        public void clear() {
            kept = 0;
        }

        @Override
        public void restart() {
            restarts++;
        }
    }

    private final Units units = new Units();
    private long step;

    private Residual send(Plan plan, boolean whole) {
        units.send(NOW, ++step, plan, whole);
        return units.residual;
    }

    private void apply(int steps) {
        for (int i = 0; i < steps; i++) send(HALF, false).applied();
    }

    private static StateName after(long step, Generation generation) {
        return new StateName(0, generation, step, 7);
    }

    @Test
    void an_applied_steps_rest_takes_the_place_of_the_one_before() {
        apply(2);
        assertThat(units.kept).isEqualTo(2);
        assertThat(units.restarts).isZero();
    }

    @Test
    void a_skipped_or_aborted_step_leaves_the_one_before() {
        apply(2);
        send(HALF, false).skipped();
        assertThat(units.kept).isEqualTo(2);
        send(HALF, false).aborted();
        assertThat(units.kept).isEqualTo(2);
        assertThat(units.restarts).isEqualTo(2);
    }

    @Test
    void until_a_step_is_resolved_no_other_is_sent() {
        send(HALF, false);
        assertThatThrownBy(() -> send(HALF, false)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_whole_step_leaves_nothing_and_the_next_begins_as_the_first_did() {
        apply(2);
        send(HALF, true).applied();
        assertThat(units.kept).isZero();
        assertThat(units.restarts).isEqualTo(1);
    }

    @Test
    void a_whole_step_before_a_checkpoint_leaves_nothing_even_if_it_is_skipped() {
        apply(2);
        send(HALF, true).skipped();
        assertThat(units.kept).isZero();
    }

    @Test
    void a_plan_that_compresses_no_longer_sends_what_was_kept_back_once_a_step_is_applied() {
        apply(2);
        send(PLAIN, false).skipped();
        assertThat(units.kept).isEqualTo(2);
        send(PLAIN, false).applied();
        assertThat(units.kept).isZero();
    }

    @Test
    void a_member_one_step_behind_takes_over_its_own_rest() {
        apply(2);
        send(HALF, false).tookOver(after(step, NOW), true);
        assertThat(units.kept).isEqualTo(3);
        send(HALF, false).tookOver(after(step, NOW), false);
        assertThat(units.kept).isEqualTo(3);
    }

    @Test
    void a_member_one_step_behind_keeps_nothing_over_a_whole_step_whatever_became_of_it() {
        apply(2);
        send(HALF, true).tookOver(after(step, NOW), true);
        assertThat(units.kept).isZero();
        apply(2);
        send(HALF, true).tookOver(after(step, NOW), false);
        assertThat(units.kept).isZero();
    }

    @Test
    void who_holds_the_base_keeps_its_rest_unless_it_made_that_state_by_itself_in_another_generation() {
        apply(2);
        send(HALF, false).renamed(after(2, NOW), after(2, NOW));
        assertThat(units.kept).isEqualTo(2);
        units.residual.renamed(after(2, NOW), after(2, NEXT));
        assertThat(units.kept).isZero();
    }

    @Test
    void who_has_no_part_in_the_state_it_takes_over_begins_with_nothing() {
        apply(2);
        send(HALF, false).tookOver(after(step, NEXT), true);
        assertThat(units.kept).isZero();
        apply(2);
        send(HALF, false).tookOver(after(step + 1, NOW), true);
        assertThat(units.kept).isZero();
        apply(2);
        units.residual.tookOver(after(step, NOW), true);
        assertThat(units.kept).isZero();
    }

    @Test
    void what_is_thrown_away_or_stored_is_kept_back_by_nobody_and_its_open_step_comes_to_nothing() {
        apply(2);
        send(HALF, false).forget();
        units.residual.applied();
        assertThat(units.kept).isZero();
    }

    @Test
    void a_played_rank_keeps_its_rest_over_generations_it_is_a_rank_of() {
        WorkerId stays = new WorkerId("a", 1);
        WorkerId goes = new WorkerId("b", 1);
        PlayedResiduals<Units> played = new PlayedResiduals<>(Units::new, each -> each.residual);
        play(played, NOW, 1, List.of(stays, goes), false);
        play(played, NOW, 2, List.of(stays, goes), true);
        play(played, NEXT, 3, List.of(stays), false);
        assertThat(played.of(goes)).isNull();
        play(played, new Generation(1, 5), 4, List.of(goes, stays), false);
        assertThat(played.of(stays).kept).isEqualTo(3);
        assertThat(played.of(goes).kept).isEqualTo(1);
    }

    @Test
    void a_played_rank_that_began_a_generation_with_nothing_does_so_again_and_keeps_its_rest_from_then_on() {
        WorkerId loses = new WorkerId("a", 1);
        WorkerId keeps = new WorkerId("b", 1);
        PlayedResiduals<Units> played = new PlayedResiduals<>(Units::new, each -> each.residual);
        play(played, NOW, 1, List.of(loses, keeps), List.of(), false);
        play(played, NEXT, 2, List.of(keeps, loses), List.of(1), false);
        play(played, NEXT, 3, List.of(keeps, loses), List.of(1), false);
        assertThat(played.of(loses).kept).isEqualTo(2);
        assertThat(played.of(keeps).kept).isEqualTo(3);
    }

    private static void play(
            PlayedResiduals<Units> played, Generation generation, long step, List<WorkerId> ranks, boolean skipped) {
        play(played, generation, step, ranks, List.of(), skipped);
    }

    private static void play(
            PlayedResiduals<Units> played,
            Generation generation,
            long step,
            List<WorkerId> ranks,
            List<Integer> nothingKept,
            boolean skipped) {
        Entry.Commit commit = new Entry.Commit(generation, step, 1, 1, List.of(), List.of(), 0, skipped, 0);
        played.enter(new Recipe.Redo(commit, HALF, ranks, nothingKept));
        for (Units each : played.of(ranks)) each.send(generation, step, HALF, false);
        played.resolved(skipped);
    }
}
