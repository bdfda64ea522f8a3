package rubato.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;
import rubato.plan.AllReduce;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.random.SplitMix;
import rubato.signal.Signals;

class PoliciesTest {
    private static PolicyTerms terms(String batch, String shares) {
        List<Double> fixed = shares.equals("fixed") ? List.of(0.7, 0.2, 0.1) : List.of();
        return new PolicyTerms(batch, 64, 16, 1000, shares, fixed, 5, 0.05, 0.1, false, AllReduce.PLAIN, true, true);
    }

    @Test
    void every_policy_keeps_its_bounds_gives_whole_shares_and_is_pure() {
        for (long seed = 0; seed < 300; seed++) {
            SplitMix random = new SplitMix(seed);
            for (String batch : PolicyTerms.BATCH_POLICIES) {
                for (String shares : PolicyTerms.SHARE_POLICIES) check(terms(batch, shares), random, "seed " + seed);
            }
        }
    }

    private static void check(PolicyTerms terms, SplitMix random, String seed) {
        int ranks = terms.sharePolicy().equals("fixed") ? 3 : 1 + random.nextInt(6);
        Plan plan = terms.initialPlan(ranks, Stop.NEVER).withGlobalBatch(16 + random.nextInt(985));
        Signals seen = Scenes.random(random, ranks);
        Decision decision = Policies.of(terms).decide(plan, seen);
        assertThat(Policies.of(terms).decide(plan, seen)).as(seed).isEqualTo(decision);
        int batch = decision.plan().globalBatch();
        assertThat(batch).as(seed + " " + decision).isBetween(16, 1000);
        if (!terms.batchPolicy().equals("fixed") && !decision.reason().contains("undone"))
            assertThat(batch).as(seed + " " + decision).isBetween(plan.globalBatch() / 4, plan.globalBatch() * 4);
        assertThat(decision.plan().shares().ranks()).as(seed).isEqualTo(ranks);
        assertThat(Arrays.stream(decision.plan().shares().counts(batch)).sum())
                .as(seed)
                .isEqualTo(batch);
        assertThat(decision.reason()).as(seed).isNotBlank();
        RecordCodec<Decision> codec = RecordCodec.of(Decision.class);
        assertThat(codec.decode(codec.encode(decision))).as(seed).isEqualTo(decision);
    }

    @Test
    void terms_are_written_and_read() {
        RecordCodec<PolicyTerms> codec = RecordCodec.of(PolicyTerms.class);
        PolicyTerms terms = terms("goodput", "fixed");
        assertThat(codec.decode(codec.encode(terms))).isEqualTo(terms);
    }

    @Test
    void the_first_plan_has_the_configured_batch_and_shares() {
        assertThat(terms("goodput", "fixed").initialPlan(3, Stop.NEVER))
                .isEqualTo(Plan.initial(64, Shares.of(0.7, 0.2, 0.1), Stop.NEVER));
        assertThat(PolicyTerms.fixed(32).initialPlan(2, Stop.NEVER))
                .isEqualTo(Plan.initial(32, Shares.equal(2), Stop.NEVER));
    }

    @Test
    void wrong_terms_are_told_with_their_key() {
        told(() -> terms("nois", "equal"), "batch.policy must be one of fixed, noise-scale, goodput, was 'nois'");
        told(() -> terms("fixed", "fair"), "shares.policy must be one of equal, balanced, fixed, was 'fair'");
        told(() -> PolicyTerms.fixed(0), "batch.initial must be >= 1, was 0");
        told(
                () -> new PolicyTerms(
                        "goodput", 64, 100, 50, "equal", List.of(), 0, 0, 0, false, AllReduce.PLAIN, true, true),
                "batch.max must be >= 100, was 50");
        told(
                () -> new PolicyTerms(
                        "goodput", 64, 100, 500, "equal", List.of(), 0, 0, 0, false, AllReduce.PLAIN, true, true),
                "batch.initial must be 100..500, was 64");
        told(
                () -> new PolicyTerms(
                        "fixed", 64, 1, 64, "fixed", List.of(0.5, 0.6), 0, 0, 0, false, AllReduce.PLAIN, true, true),
                "shares.fixed: shares must sum to 1 (within 1e-6), sum was 1.1");
        told(
                () -> new PolicyTerms(
                        "fixed", 64, 1, 64, "equal", List.of(0.5, 0.5), 0, 0, 0, false, AllReduce.PLAIN, true, true),
                "shares.fixed is given, but shares.policy is equal");
        told(
                () -> new PolicyTerms(
                        "fixed", 64, 1, 64, "equal", List.of(), 0, Double.NaN, 0, false, AllReduce.PLAIN, true, true),
                "policy.hysteresis must be 0..1, was NaN");
    }

    private static void told(Runnable wrong, String message) {
        assertThatThrownBy(wrong::run)
                .isInstanceOfSatisfying(
                        RubatoException.class, e -> assertThat(e.kind()).isEqualTo(RubatoException.Kind.USAGE))
                .hasMessage(message);
    }
}
