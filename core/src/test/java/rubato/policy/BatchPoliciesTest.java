package rubato.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import rubato.plan.Plan;
import rubato.policy.GoodputPolicy.Division;
import rubato.signal.NoiseEstimate;
import rubato.signal.NoiseEstimator;
import rubato.signal.Signals;

class BatchPoliciesTest {
    private final NoiseScalePolicy noiseScale = new NoiseScalePolicy(1, 2000);
    private final GoodputPolicy goodput = new GoodputPolicy(64, 8, 4096, 0.05, 2000, Division.AS_PLANNED);

    private static Signals equalWorkers(double scale, double syncNanos) {
        return Scenes.seen(Scenes.noise(scale), syncNanos, Scenes.fit(0, 10_000), Scenes.fit(0, 10_000));
    }

    @Test
    void the_noise_scale_moves_the_batch_by_one_doubling_at_a_time() {
        Plan plan = Scenes.plan(64);
        assertThat(noiseScale.decide(plan, equalWorkers(1000, 0)).plan().globalBatch())
                .isEqualTo(128);
        assertThat(noiseScale.decide(plan, equalWorkers(100, 0)).changes(plan)).isFalse();
        assertThat(noiseScale.decide(plan, equalWorkers(40, 0)).changes(plan)).isFalse();
        assertThat(noiseScale.decide(plan, equalWorkers(20, 0)).plan().globalBatch())
                .isEqualTo(32);
        assertThat(noiseScale
                        .decide(Scenes.plan(1), equalWorkers(0.1, 0))
                        .plan()
                        .globalBatch())
                .isEqualTo(1);
    }

    @Test
    void an_unreliable_noise_scale_is_not_followed() {
        Plan plan = Scenes.plan(64);
        for (NoiseEstimate noise : new NoiseEstimate[] {
            NoiseEstimate.NONE, new NoiseEstimate(1000, -1, 50_000), new NoiseEstimate(1000, 1, 1999)
        }) {
            Signals seen = Scenes.seen(noise, 0, Scenes.fit(0, 1), Scenes.fit(0, 1));
            assertThat(noiseScale.decide(plan, seen).reason()).startsWith("noise scale not yet reliable");
            assertThat(goodput.decide(plan, seen).reason()).startsWith("noise scale not yet reliable");
            assertThat(goodput.decide(plan, seen).changes(plan)).isFalse();
        }
    }

    @Test
    void the_batch_grows_with_the_noise_scale_as_a_noisy_quadratic_settles() {
        NoisyQuadratic problem = new NoisyQuadratic(200, 1);
        NoiseEstimator noise = NoiseEstimator.start(4000);
        Plan plan = Scenes.plan(4);
        for (int step = 1; step <= 3000; step++) {
            int batch = plan.globalBatch();
            double[] gradient = problem.gradient(batch);
            double norm2 = NoisyQuadratic.norm2(gradient);
            noise = noise.next(batch, problem.trace() * (batch - 1) + batch * norm2, batch, norm2);
            problem.move(gradient, 0.1);
            if (step % 20 == 0)
                plan = noiseScale.decide(plan, Scenes.seen(noise.estimate(), 0)).plan();
        }
        double exact = problem.trace() / problem.exactNorm2();
        assertThat(plan.globalBatch()).as("exact noise scale " + exact).isBetween((int) (exact / 4), (int) (exact * 4));
        assertThat(plan.globalBatch()).isGreaterThan(64);
    }

    @Test
    void goodput_finds_the_best_batch_of_a_known_model() {
        // equal workers, T(M) = 1 ms + 5 µs·M: M/T·1/(φ + M) is greatest at M = √(φ·α/β)
        Decision decision = goodput.decide(Scenes.plan(64), equalWorkers(1000, 1e6));
        double best = Math.sqrt(1000 * 1e6 / 5000);
        assertThat(decision.plan().globalBatch()).isBetween((int) (best / 1.1), (int) (best * 1.1));
        assertThat(decision.alternatives()).hasSizeGreaterThan(30);
        assertThat(decision.reason()).contains("goodput").contains("noise scale 1000");
    }

    @Test
    void goodput_goes_below_the_first_batch_when_synchronizing_is_cheap() {
        Plan plan = Scenes.plan(64);
        assertThat(goodput.decide(plan, equalWorkers(20, 1000)).plan().globalBatch())
                .isLessThan(64);
    }

    @Test
    void a_gain_within_the_tolerance_is_not_worth_a_change() {
        Plan best = goodput.decide(Scenes.plan(64), equalWorkers(1000, 1e6)).plan();
        Plan near = best.withGlobalBatch((int) (best.globalBatch() * 1.3));
        Decision decision = goodput.decide(near, equalWorkers(1000, 1e6));
        assertThat(decision.changes(near)).isFalse();
        assertThat(decision.reason()).endsWith("too little");
    }

    @Test
    void goodput_waits_for_the_slowest_worker_unless_shares_are_balanced() {
        Signals uneven = Scenes.seen(Scenes.noise(1000), 1e6, Scenes.fit(0, 10_000), Scenes.fit(0, 30_000));
        GoodputPolicy balanced = new GoodputPolicy(64, 8, 4096, 0.05, 2000, Division.BALANCED);
        double asPlanned = value(goodput.decide(Scenes.plan(64), uneven));
        assertThat(value(balanced.decide(Scenes.plan(64), uneven))).isGreaterThan(1.1 * asPlanned);
    }

    private static double value(Decision decision) {
        return decision.alternatives().stream()
                .mapToDouble(Alternative::predicted)
                .max()
                .orElseThrow();
    }
}
