package rubato.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;
import rubato.testkit.SimulatedNetwork.Connection;

class SimulatedNetworkTest {
    private static final long MS = 1_000_000;

    /** Writes down what happens to a process. */
    private static final class Log implements SimulatedNetwork.Port<Integer> {
        final List<Integer> got = new ArrayList<>();
        final List<String> closed = new ArrayList<>();
        final List<Connection<Integer>> open = new ArrayList<>();

        @Override
        public void opened(Connection<Integer> connection, boolean dialed) {
            open.add(connection);
        }

        @Override
        public void received(Connection<Integer> connection, Integer message) {
            got.add(message);
        }

        @Override
        public void closed(Connection<Integer> connection, String reason) {
            closed.add(reason);
        }
    }

    private final EventQueue queue = new EventQueue();
    private final SimulatedProcess here = new SimulatedProcess(1);
    private final SimulatedProcess there = new SimulatedProcess(2);
    private final Log near = new Log();
    private final Log far = new Log();

    private SimulatedNetwork<Integer> connected(long seed, LinkFaults faults) {
        SimulatedNetwork<Integer> network = new SimulatedNetwork<>(queue, new SplitMix(seed), LinkFaults.none(MS));
        network.listen(7, there, far);
        network.dial(here, near, 7);
        drain();
        network.faults(faults);
        return network;
    }

    private void drain() {
        while (queue.step()) assertThat(queue.happened()).isLessThan(100_000);
    }

    private Connection<Integer> link() {
        return near.open.get(0);
    }

    @Test
    void a_connection_keeps_its_order_whatever_the_delays() {
        connected(1, new LinkFaults(MS, 0, 0, 3, 50 * MS));
        for (int i = 0; i < 100; i++) link().send(i);
        drain();
        assertThat(far.got)
                .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void a_broken_connection_loses_a_suffix_and_tells_both_ends() {
        connected(3, new LinkFaults(MS, 20, 0, 0, 0));
        for (int i = 0; i < 200; i++) link().send(i);
        drain();
        assertThat(far.got.size()).isLessThan(200);
        assertThat(far.got)
                .isSubsetOf(IntStream.range(0, far.got.size()).boxed().toList());
        assertThat(near.closed).containsExactly("connection reset");
        assertThat(far.closed).containsExactly("connection reset");
    }

    @Test
    void messages_may_come_twice() {
        SimulatedNetwork<Integer> network = connected(1, new LinkFaults(MS, 0, 2, 0, 0));
        for (int i = 0; i < 100; i++) link().send(i);
        drain();
        assertThat(far.got).hasSize(100 + (int) network.duplicated());
        assertThat(network.duplicated()).isBetween(30L, 70L);
    }

    @Test
    void a_cut_holds_one_direction_until_it_heals() {
        SimulatedNetwork<Integer> network = connected(1, LinkFaults.none(MS));
        network.cut(1, 2);
        for (int i = 0; i < 5; i++) link().send(i);
        far.open.get(0).send(99);
        drain();
        assertThat(far.got).isEmpty();
        assertThat(near.got).containsExactly(99);
        link().close("enough");
        drain();
        assertThat(far.closed).isEmpty();
        network.healAll();
        drain();
        assertThat(far.got).containsExactly(0, 1, 2, 3, 4);
        assertThat(far.closed).containsExactly("enough");
    }

    @Test
    void what_is_under_way_when_a_cut_heals_comes_behind_what_was_held() {
        SimulatedNetwork<Integer> network = connected(1, LinkFaults.none(MS));
        network.cut(1, 2);
        for (int i = 0; i < 5; i++) link().send(i);
        drain();
        for (int i = 5; i < 8; i++) link().send(i);
        network.healAll();
        for (int i = 8; i < 10; i++) link().send(i);
        drain();
        assertThat(far.got)
                .containsExactlyElementsOf(IntStream.range(0, 10).boxed().toList());
    }

    @Test
    void a_dead_process_is_heard_of_unless_its_machine_is_gone() {
        SimulatedNetwork<Integer> network = connected(1, LinkFaults.none(MS));
        here.kill();
        network.killed(here, false);
        drain();
        assertThat(far.closed).containsExactly("closed by peer");
        SimulatedProcess another = new SimulatedProcess(3);
        network.dial(another, new Log(), 7);
        drain();
        another.kill();
        network.killed(another, true);
        drain();
        assertThat(far.closed).hasSize(1);
    }

    @Test
    void a_paused_process_takes_everything_when_it_is_resumed() {
        connected(1, LinkFaults.none(MS));
        there.pause();
        link().send(1);
        link().send(2);
        drain();
        assertThat(far.got).isEmpty();
        there.resume();
        assertThat(far.got).containsExactly(1, 2);
    }

    @Test
    void nobody_answers_at_a_cut_or_dead_address() {
        SimulatedNetwork<Integer> network = connected(1, LinkFaults.none(MS));
        network.cut(2, 1);
        network.dial(here, near, 7);
        network.dial(here, near, 8);
        drain();
        assertThat(near.closed).containsExactlyInAnyOrder("connect timed out", "connection refused");
    }
}
