package rubato.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.signal.NoiseEstimate;
import rubato.signal.Outcome;
import rubato.signal.Signals;

class DecoratorsTest {
    private static final Signals QUIET = after(100, 0);

    private static Policy wanting(int batch) {
        return (plan, seen) -> Decision.change(plan.withGlobalBatch(batch), "test", "wants " + batch, List.of());
    }

    private static Signals after(long step, long lastChange, Outcome... history) {
        return Scenes.seen(
                step, lastChange, NoiseEstimate.NONE, 0, List.of(history), Scenes.fit(0, 1), Scenes.fit(0, 1));
    }

    private static int batch(Policy policy, int present, Signals seen) {
        return policy.decide(Scenes.plan(present), seen).plan().globalBatch();
    }

    @Test
    void clamp_bounds_the_batch_and_one_decisions_move() {
        assertThat(batch(new Clamp(wanting(4096), 16, 1000, 100), 64, QUIET)).isEqualTo(1000);
        assertThat(batch(new Clamp(wanting(1), 16, 1000, 100), 64, QUIET)).isEqualTo(16);
        assertThat(batch(new Clamp(wanting(4096), 16, 1000, 4), 64, QUIET)).isEqualTo(256);
        assertThat(batch(new Clamp(wanting(1), 16, 1000, 2), 65, QUIET)).isEqualTo(33);
        assertThat(batch(new Clamp(wanting(4), 16, 1000, 2), 4, QUIET)).isEqualTo(16);
        assertThat(new Clamp(wanting(4096), 16, 1000, 4)
                        .decide(Scenes.plan(64), QUIET)
                        .reason())
                .isEqualTo("wants 4096; batch 4096 clamped to 256");
    }

    @Test
    void hysteresis_lets_small_moves_go() {
        assertThat(batch(new Hysteresis(wanting(104), 0.05), 100, QUIET)).isEqualTo(100);
        assertThat(batch(new Hysteresis(wanting(106), 0.05), 100, QUIET)).isEqualTo(106);
        Policy nudge =
                (plan, seen) -> Decision.change(plan.withShares(Shares.of(0.51, 0.49)), "test", "nudges", List.of());
        Plan plan = Scenes.plan(100);
        assertThat(new Hysteresis(nudge, 0.05).decide(plan, QUIET).changes(plan))
                .isFalse();
        assertThat(new Hysteresis(nudge, 0.01).decide(plan, QUIET).changes(plan))
                .isTrue();
    }

    @Test
    void cooldown_waits_after_a_change_and_while_one_is_pending() {
        Cooldown policy = new Cooldown(wanting(128), 50);
        assertThat(batch(policy, 64, after(100, 60))).isEqualTo(64);
        assertThat(batch(policy, 64, after(110, 60))).isEqualTo(128);
        assertThat(batch(policy, 64, after(10, 0))).isEqualTo(128);
        Plan pending = Scenes.plan(64).succeeding(Scenes.plan(32), 105);
        assertThat(policy.decide(pending, QUIET).changes(pending)).isFalse();
        assertThat(policy.decide(pending, QUIET).reason()).isEqualTo("plan 2 takes effect at step 105");
    }

    @Test
    void a_shadow_decides_without_being_applied() {
        Plan plan = Scenes.plan(64);
        Decision decision = new Shadow(wanting(128)).decide(plan, QUIET);
        assertThat(decision.changes(plan)).isFalse();
        assertThat(decision.plan().globalBatch()).isEqualTo(128);
    }

    @Test
    void a_change_that_hurt_is_undone_and_not_tried_again_for_a_while() {
        Veto policy = new Veto(wanting(256), 0.1, 200);
        Outcome hurt = new Outcome(2, 50, 64, 128, 1000, 800);
        assertThat(batch(policy, 128, after(100, 50, hurt))).isEqualTo(64);
        Outcome undone = new Outcome(3, 103, 128, 64, 800, 1000);
        assertThat(batch(policy, 64, after(140, 103, hurt, undone))).isEqualTo(64);
        assertThat(batch(policy, 64, after(260, 103, hurt, undone))).isEqualTo(256);
        assertThat(batch(new Veto(wanting(32), 0.1, 200), 64, after(140, 103, hurt, undone)))
                .isEqualTo(32);
    }

    @Test
    void a_change_that_paid_or_is_not_yet_judged_stands() {
        Veto policy = new Veto(wanting(128), 0.1, 200);
        assertThat(batch(policy, 128, after(100, 50, new Outcome(2, 50, 64, 128, 1000, 950))))
                .isEqualTo(128);
        assertThat(batch(policy, 128, after(100, 50, new Outcome(2, 50, 64, 128, 1000, Double.NaN))))
                .isEqualTo(128);
    }

    @Test
    void undoing_is_never_undone() {
        Outcome hurt = new Outcome(2, 50, 64, 128, 1000, 800);
        Outcome undone = new Outcome(3, 103, 128, 64, 800, 400);
        Veto policy = new Veto(wanting(64), 0.1, 200);
        assertThat(batch(policy, 64, after(140, 103, hurt, undone))).isEqualTo(64);
    }

    @Test
    void a_change_of_shares_is_not_the_vetos_business() {
        Outcome shares = new Outcome(2, 50, 64, 64, 1000, 100);
        assertThat(batch(new Veto(wanting(64), 0.1, 200), 64, after(100, 50, shares)))
                .isEqualTo(64);
        assertThat(new Veto(wanting(64), 0.1, 200)
                        .decide(Scenes.plan(64), after(100, 50, shares))
                        .policy())
                .isEqualTo("test");
    }

    @Test
    void composed_policies_run_one_after_the_other_and_join_their_reasons() {
        Policy add = (plan, seen) -> Decision.change(
                plan.withGlobalBatch(plan.globalBatch() + 1), "add", "one more", List.of(new Alternative("a", 1)));
        Decision decision = Composed.of(wanting(10), add, new Shadow(add)).decide(Scenes.plan(64), QUIET);
        assertThat(decision.plan().globalBatch()).isEqualTo(11);
        assertThat(decision.policy()).isEqualTo("test+add+add");
        assertThat(decision.reason()).isEqualTo("wants 10; one more; shadow, not applied: one more");
        assertThat(decision.alternatives()).hasSize(2);
    }
}
