package rubato.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.plan.Algorithm;
import rubato.plan.AllReduce;
import rubato.plan.Compression;
import rubato.plan.Plan;
import rubato.plan.Topology;
import rubato.signal.LinkCost;
import rubato.signal.LinkCosts;
import rubato.signal.Signals;
import rubato.signal.Wire;

class AllReducePolicyTest {
    private static final AllReducePolicy BOTH = new AllReducePolicy(true, true, 0.05);
    private static final LinkCost NEAR = new LinkCost(5_000, 1_500, 0.3);
    /** 1 Gbit/s. */
    private static final LinkCost FAR = new LinkCost(100_000, 5_000, 8);

    private static final Topology TWO_HOSTS = new Topology(List.of(0, 0, 1, 1));
    private static final long BYTES = 16 << 20;

    private static Signals seen(double readyNanos, List<LinkCosts> costs) {
        Signals plain = Scenes.seen(Scenes.noise(100), 1e6, Scenes.fit(0, 1e5), Scenes.fit(0, 1e5));
        return new Signals(
                plain.firstStep(),
                plain.lastStep(),
                plain.samples(),
                plain.seconds(),
                plain.loss(),
                plain.noise(),
                plain.ranks(),
                plain.syncNanos(),
                new Wire(TWO_HOSTS, BYTES, readyNanos, costs),
                plain.lastChangeStep(),
                plain.history());
    }

    private static Signals measured(double readyNanos) {
        return seen(readyNanos, List.of(new LinkCosts(NEAR, FAR, List.of())));
    }

    private static final Plan PLAN = Scenes.plan(64, 0.25, 0.25, 0.25, 0.25);

    @Test
    void nothing_changes_before_messages_are_measured() {
        assertThat(BOTH.decide(PLAN, seen(1e9, List.of())).plan()).isEqualTo(PLAN);
    }

    @Test
    void what_messages_cost_decides_the_algorithm() {
        AllReduce chosen = BOTH.decide(PLAN, measured(0)).plan().allReduce();
        assertThat(chosen).isEqualTo(new AllReduce(new Algorithm.Hierarchical(TWO_HOSTS.hostOfRank()), 0));
    }

    @Test
    void an_algorithm_that_is_configured_stays() {
        Plan ring = PLAN.withAllReduce(new AllReduce(Algorithm.RING, 0));
        Plan next = new AllReducePolicy(false, true, 0.05)
                .decide(ring, measured(1e9))
                .plan();
        assertThat(next.allReduce().algorithm()).isEqualTo(Algorithm.RING);
        assertThat(next.allReduce().bucketBytes()).isPositive();
    }

    @Test
    void a_gradient_that_is_long_in_coming_goes_in_buckets_and_one_that_comes_at_once_goes_whole() {
        AllReduce slow = BOTH.decide(PLAN, measured(1e9)).plan().allReduce();
        assertThat(slow.bucketBytes()).isBetween(AllReducePolicy.LEAST_BUCKET_BYTES, (int) BYTES / 2);
        Plan inBuckets = PLAN.withAllReduce(slow);
        assertThat(BOTH.decide(inBuckets, measured(1e9)).plan()).isEqualTo(inBuckets);
        assertThat(BOTH.decide(inBuckets, measured(0)).plan().allReduce().bucketBytes())
                .isLessThanOrEqualTo(slow.bucketBytes());
    }

    @Test
    void buckets_are_as_large_as_their_messages_are_dear() {
        LinkCost dear = new LinkCost(20_000_000, 5_000, 8);
        int cheapOnes = BOTH.decide(PLAN, measured(1e9)).plan().allReduce().bucketBytes();
        int dearOnes = BOTH.decide(PLAN, seen(1e9, List.of(new LinkCosts(NEAR, dear, List.of()))))
                .plan()
                .allReduce()
                .bucketBytes();
        assertThat(dearOnes).isGreaterThan(cheapOnes);
    }

    @Test
    void what_a_step_waits_for_is_the_last_bucket_or_what_did_not_go_before() {
        assertThat(AllReducePolicy.exposed(1, 100, 10, 50)).isCloseTo(100, within(1e-9));
        assertThat(AllReducePolicy.exposed(4, 100, 10, 1000)).isCloseTo(10 + 90 / 4.0, within(1e-9));
        assertThat(AllReducePolicy.exposed(4, 100, 10, 40)).isCloseTo(40 + 90 - 30, within(1e-9));
    }

    @Test
    void compressed_gradients_are_left_alone() {
        Plan compressed = PLAN.withCompression(new Compression.Int8());
        assertThat(BOTH.decide(compressed, measured(1e9)).plan()).isEqualTo(compressed);
    }

    @Test
    void a_hierarchy_follows_the_hosts_of_the_world() {
        AllReduce planned = new AllReduce(new Algorithm.Hierarchical(List.of()), 4096);
        assertThat(planned.over(TWO_HOSTS).algorithm()).isEqualTo(new Algorithm.Hierarchical(List.of(0, 0, 1, 1)));
        assertThat(new AllReduce(Algorithm.RING, 0).over(TWO_HOSTS)).isEqualTo(new AllReduce(Algorithm.RING, 0));
    }
}
