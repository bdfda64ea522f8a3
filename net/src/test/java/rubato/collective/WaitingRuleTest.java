package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static rubato.collective.WaitingRule.Rest.SLEEP;
import static rubato.collective.WaitingRule.Rest.SPIN;
import static rubato.collective.WaitingRule.Rest.YIELD;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.net.Transport;

/** Waiting does not burn a core that a worker needs; no clock but a counted one. */
class WaitingRuleTest {
    private static final Tuning TUNING = new Tuning(96, 256, 256, 300_000, 200_000);
    private static final long LOOK_NANOS = 1_000;

    /** What a thread does at each look until it sleeps, a microsecond a look. */
    private static List<WaitingRule.Rest> rests(int ranks, int cores, boolean blocking) {
        WaitingRule rule = WaitingRule.of(ranks, cores, TUNING, blocking);
        List<WaitingRule.Rest> rests = new ArrayList<>();
        for (long idle = 0; rests.isEmpty() || rests.get(rests.size() - 1) != SLEEP; idle += LOOK_NANOS)
            rests.add(rule.after(idle));
        return rests;
    }

    @Test
    void with_more_ranks_than_cores_it_gives_way_before_every_look_and_sleeps_after_200_of_them() {
        List<WaitingRule.Rest> rests = rests(4, 2, false);
        assertThat(rests).hasSize(201).doesNotContain(SPIN).startsWith(YIELD).endsWith(SLEEP);
    }

    @Test
    void with_a_core_for_each_it_looks_again_at_once_and_sleeps_after_300_looks() {
        for (int ranks = 1; ranks <= 2; ranks++)
            assertThat(rests(ranks, 2, false))
                    .hasSize(301)
                    .doesNotContain(YIELD)
                    .startsWith(SPIN);
    }

    @Test
    void blocking_sleeps_at_the_first_look() {
        assertThat(rests(4, 2, true)).containsExactly(SLEEP);
        assertThat(rests(2, 2, true)).containsExactly(SLEEP);
    }

    @Test
    void only_the_ranks_of_the_own_host_compete_for_its_cores() {
        assertThat(WaitingRule.ranksHere(new Placed(3, 0, 0, 1, 1))).isEqualTo(2);
        assertThat(WaitingRule.ranksHere(new Placed(0, 0, 1, 2, 3))).isEqualTo(1);
        assertThat(WaitingRule.ranksHere(new Placed(1, 0, 0, 0, 0))).isEqualTo(4);
    }

    /** A rank among hosts, without streams. */
    private record Placed(int rank, int... hosts) implements Transport {
        @Override
        public int size() {
            return hosts.length;
        }

        @Override
        public int read(int peer, ByteBuffer into) {
            return 0;
        }

        @Override
        public int write(int peer, ByteBuffer from) {
            return 0;
        }

        @Override
        public void interest(int peer, boolean read, boolean write) {}

        @Override
        public void await(long nanos) {}

        @Override
        public void wake() {}

        @Override
        public void hangUp() {}

        @Override
        public void close() {}
    }
}
