package rubato.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.random.SplitMix;
import rubato.signal.LinearFit;
import rubato.signal.NoiseEstimate;
import rubato.signal.Signals;
import rubato.signal.Window;
import rubato.step.StepTimes;
import rubato.step.StepTotals;

class SharePoliciesTest {
    private final BalancedShares balanced = new BalancedShares(0.05);

    @Test
    void a_slow_worker_gets_a_smaller_share() {
        Plan plan = Scenes.plan(100);
        Decision decision =
                balanced.decide(plan, Scenes.seen(NoiseEstimate.NONE, 0, Scenes.fit(0, 1000), Scenes.fit(0, 3000)));
        assertThat(decision.plan().shares().counts(100)).containsExactly(75, 25);
        assertThat(decision.reason()).isEqualTo("samples per rank [75, 25] bring 0.15 ms to 0.075 ms per step");
        assertThat(decision.alternatives()).hasSize(3);
    }

    @Test
    void balance_that_would_gain_little_is_let_go() {
        Plan plan = Scenes.plan(100);
        Signals seen = Scenes.seen(100, 90, NoiseEstimate.NONE, 0, List.of(), Scenes.fit(0, 1000), Scenes.fit(0, 1080));
        assertThat(balanced.decide(plan, seen).changes(plan)).isFalse();
        Signals wireBound = Scenes.seen(NoiseEstimate.NONE, 1e7, Scenes.fit(0, 1000), Scenes.fit(0, 3000));
        assertThat(balanced.decide(plan, wireBound).changes(plan)).isFalse();
    }

    @Test
    void what_hysteresis_let_go_is_taken_up_once_the_shares_have_rested() {
        Plan plan = Scenes.plan(1000);
        LinearFit[] fits = {Scenes.fit(0, 1000), Scenes.fit(0, 1080)};
        Signals fresh = Scenes.seen(100, 90, NoiseEstimate.NONE, 0, List.of(), fits);
        assertThat(balanced.decide(plan, fresh).changes(plan)).isFalse();
        Signals rested = Scenes.seen(100, 71, NoiseEstimate.NONE, 0, List.of(), fits);
        assertThat(balanced.decide(plan, rested).plan().shares().counts(1000)).containsExactly(519, 481);
        LinearFit[] even = {Scenes.fit(0, 1000), Scenes.fit(0, 1015)};
        Signals nearly = Scenes.seen(100, 71, NoiseEstimate.NONE, 0, List.of(), even);
        assertThat(balanced.decide(plan, nearly).changes(plan)).isFalse();
    }

    @Test
    void a_worker_that_seems_to_cost_the_same_whatever_it_computes_does_not_keep_what_it_has() {
        Plan plan = Scenes.plan(512, 464 / 512.0, 48 / 512.0);
        Signals warmedUp = Scenes.seen(NoiseEstimate.NONE, 0, Scenes.fit(1_700_000, 0), Scenes.fit(200_000, 16_000));
        int[] counts = balanced.decide(plan, warmedUp).plan().shares().counts(512);
        assertThat(counts[1]).isBetween(70, 90);
    }

    @Test
    void every_worker_keeps_a_sample_by_which_its_speed_is_known() {
        Plan plan = Scenes.plan(100);
        Signals seen = Scenes.seen(NoiseEstimate.NONE, 0, Scenes.fit(0, 1000), Scenes.fit(0, 1e9));
        assertThat(balanced.decide(plan, seen).plan().shares().counts(100)).containsExactly(99, 1);
    }

    @Test
    void a_rank_not_yet_measured_moves_nothing() {
        Plan plan = Scenes.plan(100);
        Signals seen = Scenes.seen(NoiseEstimate.NONE, 0, Scenes.fit(0, 1000), new LinearFit(0, 0, false));
        assertThat(balanced.decide(plan, seen).reason()).isEqualTo("not every rank has been measured");
    }

    @Test
    void fixed_and_equal_shares_come_back_to_what_they_are() {
        Plan plan = Scenes.plan(100, 0.9, 0.1);
        Signals seen = Scenes.seen(NoiseEstimate.NONE, 0, Scenes.fit(0, 1), Scenes.fit(0, 1));
        assertThat(new EqualShares().decide(plan, seen).plan().shares()).isEqualTo(Shares.equal(2));
        Shares shares = Shares.of(0.25, 0.75);
        assertThat(new FixedShares(shares).decide(plan, seen).plan().shares()).isEqualTo(shares);
        FixedShares misfit = new FixedShares(Shares.equal(3));
        assertThat(misfit.decide(plan, seen).changes(plan)).isFalse();
    }

    @Test
    void balanced_shares_reach_ninety_percent_of_the_sum_of_speeds_with_one_worker_at_a_third() {
        for (long seed = 0; seed < 20; seed++) {
            double allowed = 3 + 1.0 / 3;
            assertThat(simulate(balanced, seed, 1) / allowed)
                    .as("balanced, seed " + seed)
                    .isGreaterThan(0.93);
            assertThat(simulate(new EqualShares(), seed, 1) / allowed)
                    .as("equal, seed " + seed)
                    .isLessThan(0.45);
        }
    }

    @Test
    void balanced_shares_reach_it_too_where_every_worker_begins_twenty_times_slower_as_a_jvm_does() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(simulate(balanced, seed, 20) / (3 + 1.0 / 3))
                    .as("seed " + seed)
                    .isGreaterThan(0.93);
        }
    }

    /** Samples per 10 µs of the second half of a run: four workers of speeds 1, 1, 1, ⅓ with 3 % jitter. */
    private static double simulate(Policy policy, long seed, double coldFactor) {
        SplitMix random = new SplitMix(seed);
        Window window = new Window(List.of("a", "b", "c", "d"), 256);
        Plan plan = Scenes.plan(256, 0.25, 0.25, 0.25, 0.25);
        double nanos = 0;
        double samples = 0;
        for (int step = 1; step <= 400; step++) {
            double cold = 1 + (coldFactor - 1) * Math.exp(-step / 25.0);
            double took = step(window, plan, step, cold, random);
            if (step > 200) {
                nanos += took;
                samples += plan.globalBatch();
            }
            if (step % 20 != 0) continue;
            Decision decision = policy.decide(plan, window.close(took * 20 / 1e9, NoiseEstimate.NONE));
            if (decision.changes(plan)) window.changed(step, step + 1, 256, 256);
            plan = decision.plan();
        }
        return samples / nanos * 10_000;
    }

    private static double step(Window window, Plan plan, long step, double cold, SplitMix random) {
        int[] counts = plan.shares().counts(plan.globalBatch());
        long[] compute = new long[4];
        long slowest = 0;
        for (int r = 0; r < 4; r++) {
            double perSample = r == 3 ? 30_000 : 10_000;
            compute[r] = (long) (cold * (5000 + perSample * counts[r]) * (1 + 0.03 * random.nextGaussian()));
            slowest = Math.max(slowest, compute[r]);
        }
        List<StepTimes> times = new ArrayList<>();
        for (int r = 0; r < 4; r++)
            times.add(new StepTimes(counts[r], compute[r], slowest - compute[r], 10_000, 0, 0, 0, 0));
        window.add(step, new StepTotals(plan.globalBatch(), 1, 0, 1, 4, 0, true), times);
        return slowest + 10_000.0;
    }
}
