package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rubato.world.WorkerId;

class LivenessTest {
    private static final long MS = 1_000_000;
    private static final long TICK = 100 * MS;

    private final Liveness liveness = new Liveness();
    private final List<Peer> peers = IntStream.range(0, 4)
            .mapToObj(i -> new Peer(new WorkerId("w" + i, 1), i, false, 0))
            .toList();
    private long now;

    private List<Liveness.Suspect> suspects() {
        liveness.tick(peers, now);
        return liveness.suspects(peers, now);
    }

    /** Ticks for a time; every peer but the silent one beats. */
    private List<Liveness.Suspect> after(long nanos, int silent) {
        List<Liveness.Suspect> suspects = new ArrayList<>();
        for (long until = now + nanos; now < until; ) {
            now += TICK;
            for (int i = 0; i < peers.size(); i++) if (i != silent) peers.get(i).heardNanos = now;
            suspects.addAll(suspects());
        }
        return suspects;
    }

    private void started(Activity activity) {
        for (Peer peer : peers) peer.does(activity, now);
        liveness.started(peers, now);
    }

    @Test
    void a_rank_that_waits_for_others_is_never_suspected() {
        started(Activity.REDUCING);
        assertThat(after(3_600_000 * MS, -1)).isEmpty();
    }

    private boolean stuckAfter(long nanos) {
        now += nanos;
        return liveness.isStuck(peers, now);
    }

    @Test
    void when_all_wait_for_one_another_they_are_stuck_but_not_while_one_still_works() {
        started(Activity.REDUCING);
        for (int i = 0; i < 40; i++) liveness.committed(10 * MS, 20 * MS);
        assertThat(stuckAfter(900 * MS)).isFalse();
        peers.get(3).activity = Activity.COMPUTING;
        assertThat(stuckAfter(200 * MS)).isFalse();
        peers.get(3).activity = Activity.REDUCING;
        assertThat(stuckAfter(1)).isTrue();
    }

    @Test
    void rounds_that_take_long_on_the_wire_are_waited_for_three_times_as_long() {
        started(Activity.REDUCING);
        for (int i = 0; i < 40; i++) liveness.committed(10 * MS, 2000 * MS);
        assertThat(stuckAfter(5900 * MS)).isFalse();
        assertThat(stuckAfter(200 * MS)).isTrue();
    }

    @Test
    void what_was_stuck_and_still_is_gets_twice_the_time_until_a_step_is_committed() {
        started(Activity.REDUCING);
        for (int i = 0; i < 40; i++) liveness.committed(10 * MS, 20 * MS);
        assertThat(stuckAfter(1100 * MS)).isTrue();
        for (Peer peer : peers) peer.sinceNanos = now;
        assertThat(stuckAfter(1900 * MS)).isFalse();
        assertThat(stuckAfter(200 * MS)).isTrue();
        liveness.committed(10 * MS, 20 * MS);
        for (Peer peer : peers) peer.sinceNanos = now;
        assertThat(stuckAfter(1100 * MS)).isTrue();
    }

    @Test
    void a_silent_rank_is_suspected_after_a_second_and_by_name() {
        started(Activity.REDUCING);
        assertThat(after(900 * MS, 2)).isEmpty();
        assertThat(after(400 * MS, 2))
                .isNotEmpty()
                .allSatisfy(s -> assertThat(s.peer()).isSameAs(peers.get(2)));
    }

    @Test
    void a_rank_that_beats_but_computes_far_longer_than_its_steps_took_is_suspected() {
        started(Activity.IDLE);
        for (int i = 0; i < 40; i++) liveness.committed(500 * MS, 500 * MS);
        peers.get(1).does(Activity.COMPUTING, now);
        assertThat(after(1400 * MS, -1)).isEmpty();
        assertThat(after(400 * MS, -1))
                .isNotEmpty()
                .allSatisfy(s -> assertThat(s.peer()).isSameAs(peers.get(1)));
    }

    @Test
    void a_coordinator_that_was_late_itself_blames_nobody() {
        started(Activity.REDUCING);
        after(500 * MS, -1);
        now += 30_000 * MS;
        assertThat(suspects()).isEmpty();
        assertThat(after(900 * MS, -1)).isEmpty();
    }

    @Test
    void when_many_fall_silent_at_once_they_get_one_more_chance() {
        started(Activity.REDUCING);
        List<Liveness.Suspect> suspects = new ArrayList<>();
        for (long until = now + 1500 * MS; now < until; ) {
            now += TICK;
            suspects.addAll(suspects());
        }
        assertThat(suspects).isEmpty();
        assertThat(after(2000 * MS, 0)).isNotEmpty();
    }
}
