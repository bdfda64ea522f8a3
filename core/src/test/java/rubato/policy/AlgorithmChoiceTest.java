package rubato.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.plan.Algorithm;
import rubato.plan.Topology;
import rubato.signal.LinkCost;
import rubato.signal.LinkCosts;
import rubato.signal.SumTime;

class AlgorithmChoiceTest {
    private static final LinkCost NEAR = new LinkCost(5_000, 1_500, 0.3);
    /** 1 Gbit/s. */
    private static final LinkCost FAR = new LinkCost(100_000, 5_000, 8);

    private static LinkCosts costs(LinkCost near, LinkCost far) {
        return new LinkCosts(near, far, List.of());
    }

    private static AlgorithmChoice oneHost(int ranks) {
        return new AlgorithmChoice(Topology.oneHost(ranks), costs(NEAR, FAR));
    }

    @Test
    void a_short_vector_is_exchanged_in_one_round() {
        assertThat(oneHost(4).ranked(4).get(0))
                .satisfies(first -> assertThat(first.algorithm()).isEqualTo(Algorithm.EXCHANGE))
                .satisfies(first -> assertThat(first.nanos()).isCloseTo(5_000 + 2 * 1_500 + 12 * 0.3, within(1e-6)));
    }

    @Test
    void where_each_further_message_is_dear_many_ranks_halve() {
        AlgorithmChoice choice = new AlgorithmChoice(Topology.oneHost(16), costs(new LinkCost(5_000, 5_000, 0.3), FAR));
        assertThat(choice.best(64 << 10)).isEqualTo(Algorithm.HALVING);
    }

    @Test
    void two_more_than_a_power_of_two_do_not_halve_a_large_vector() {
        List<AlgorithmChoice.Predicted> ranked = oneHost(18).ranked(64 << 20);
        assertThat(ranked.get(ranked.size() - 1).algorithm()).isEqualTo(Algorithm.HALVING);
    }

    @Test
    void between_hosts_with_several_ranks_each_a_large_vector_goes_by_hierarchy() {
        Topology scattered = new Topology(List.of(0, 1, 0, 1, 0, 1, 0, 1));
        Algorithm best = new AlgorithmChoice(scattered, costs(NEAR, FAR)).best(16 << 20);
        assertThat(best).isEqualTo(new Algorithm.Hierarchical(scattered.hostOfRank()));
    }

    @Test
    void the_hierarchy_is_predicted_to_put_2_times_h_minus_1_over_h_of_the_vector_on_each_hosts_wire() {
        Topology topology = new Topology(List.of(0, 0, 0, 1, 1, 2));
        LinkCost onlyWire = new LinkCost(0, 0, 1);
        AlgorithmChoice choice = new AlgorithmChoice(topology, costs(new LinkCost(0, 0, 0), onlyWire));
        double nanos = choice.ranked(900).stream()
                .filter(predicted -> predicted.algorithm() instanceof Algorithm.Hierarchical)
                .findFirst()
                .orElseThrow()
                .nanos();
        assertThat(nanos).isCloseTo(2 * 2 / 3.0 * 900, within(1e-9));
    }

    @Test
    void what_is_in_force_stays_until_another_is_better_by_a_tenth() {
        AlgorithmChoice choice = oneHost(4);
        double exchange = predicted(choice, Algorithm.EXCHANGE, 1 << 20);
        double ring = predicted(choice, Algorithm.RING, 1 << 20);
        assertThat(exchange).isLessThan(ring).isGreaterThan(0.9 * ring);
        assertThat(choice.next(Algorithm.RING, 1 << 20)).isEqualTo(Algorithm.RING);
        assertThat(choice.next(Algorithm.RING, 4)).isEqualTo(Algorithm.EXCHANGE);
    }

    @Test
    void newer_costs_move_a_choice_and_do_not_throw_it_about() {
        AlgorithmChoice before = oneHost(4);
        LinkCost slow = new LinkCost(15_000, 1_500, 0.3);
        AlgorithmChoice after = before.towards(new AlgorithmChoice(before.topology(), costs(slow, FAR)), 0.2);
        assertThat(after.costs().near()).isEqualTo(new LinkCost(7_000, 1_500, 0.3));
    }

    @Test
    void a_sum_that_takes_longer_than_its_messages_tell_is_not_chosen_for_long_vectors() {
        List<SumTime> sums = List.of(
                new SumTime(Algorithm.EXCHANGE, 3e4, 1 << 20, 3e6),
                new SumTime(Algorithm.HALVING, 5e4, 1 << 20, 2.5e6),
                new SumTime(Algorithm.RING, 7e4, 1 << 20, 1e6));
        AlgorithmChoice choice = new AlgorithmChoice(Topology.oneHost(4), new LinkCosts(NEAR, FAR, sums));
        assertThat(predicted(choice, Algorithm.EXCHANGE, 1 << 20)).isCloseTo(3e6, within(1.0));
        assertThat(predicted(choice, Algorithm.RING, 1 << 20)).isCloseTo(1e6, within(1.0));
        assertThat(choice.best(16 << 20)).isEqualTo(Algorithm.RING);
        assertThat(choice.best(4)).isEqualTo(Algorithm.EXCHANGE);
    }

    @Test
    void sums_measured_anew_move_what_was_known_of_them() {
        LinkCosts before = new LinkCosts(NEAR, FAR, List.of(new SumTime(Algorithm.RING, 7e4, 1 << 20, 1e6)));
        LinkCosts newer = new LinkCosts(
                NEAR,
                FAR,
                List.of(
                        new SumTime(Algorithm.RING, 9e4, 1 << 20, 2e6),
                        new SumTime(Algorithm.HALVING, 5e4, 1 << 20, 4e6)));
        assertThat(before.towards(newer, 0.5).sums())
                .containsExactly(
                        new SumTime(Algorithm.RING, 8e4, 1 << 20, 1.5e6),
                        new SumTime(Algorithm.HALVING, 5e4, 1 << 20, 4e6));
    }

    private static double predicted(AlgorithmChoice choice, Algorithm algorithm, long bytes) {
        return choice.ranked(bytes).stream()
                .filter(predicted -> predicted.algorithm().equals(algorithm))
                .findFirst()
                .orElseThrow()
                .nanos();
    }
}
