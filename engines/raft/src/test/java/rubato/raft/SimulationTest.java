package rubato.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class SimulationTest {
    private static final long MILLI = SimulatedGroup.MILLI;

    @Test
    void three_replicas_elect_a_leader_and_commit() {
        SimulatedGroup group = new SimulatedGroup(1, 3);
        assertThat(group.runUntilAcknowledged(200, 20_000 * MILLI)).isTrue();
        group.run(500 * MILLI);
        group.checkAll();
    }

    @Test
    void a_leader_that_dies_is_missed_even_by_a_follower_that_began_a_pre_vote_before_it_heard_of_it() {
        for (long seed = 0; seed < 60; seed++) {
            SimulatedGroup group = new SimulatedGroup(seed, 3);
            group.slowest = 60 * MILLI;
            assertThat(group.runUntilAcknowledged(3, 20_000 * MILLI))
                    .as("seed %d", seed)
                    .isTrue();
            group.run(1000 * MILLI);
            group.leader().ifPresent(leader -> group.crash(leader, false));
            assertThat(group.runUntilAcknowledged(20, 20_000 * MILLI))
                    .as("seed %d: progress with two of three", seed)
                    .isTrue();
        }
    }

    @Test
    void a_leader_that_stands_again_leads_anew_and_what_was_on_its_way_is_there_once_or_not_at_all() {
        for (long seed = 0; seed < 60; seed++) {
            SimulatedGroup group = led(seed);
            int leader = group.leader().orElseThrow();
            int leaderships = group.leaderships;
            group.appendAnywhere(5);
            group.leadAnew();
            group.run(1000 * MILLI);
            assertThat(group.leader()).as("seed %d", seed).hasValue(leader);
            assertThat(group.leaderships).as("seed %d", seed).isEqualTo(leaderships + 1);
            goesOn(group, seed);
        }
    }

    @Test
    void one_that_stands_again_and_again_lets_others_lead() {
        for (long seed = 0; seed < 60; seed++) {
            SimulatedGroup group = led(seed);
            for (int time = 0; time < 2; time++) {
                group.appendAnywhere(5);
                group.leadAnew();
                group.run(200 * MILLI);
            }
            assertThat(group.leader()).as("seed %d: an election is due", seed).isEmpty();
            goesOn(group, seed);
        }
    }

    private static SimulatedGroup led(long seed) {
        SimulatedGroup group = new SimulatedGroup(seed, 3);
        assertThat(group.runUntilAcknowledged(20, 20_000 * MILLI))
                .as("seed %d", seed)
                .isTrue();
        return group;
    }

    private static void goesOn(SimulatedGroup group, long seed) {
        assertThat(group.runUntilAcknowledged(20, 5_000 * MILLI))
                .as("seed %d: progress", seed)
                .isTrue();
        group.run(500 * MILLI);
        group.checkAll();
    }

    @Test
    void without_a_majority_nothing_is_committed_and_with_one_again_everything_goes_on() {
        for (long seed = 0; seed < 60; seed++) lonelyLeader(seed);
    }

    private static void lonelyLeader(long seed) {
        SimulatedGroup group = new SimulatedGroup(seed, 3);
        SplitMix random = new SplitMix(seed ^ 0x5DEECE66DL);
        group.slowest = MILLI * (1 + random.nextInt(20));
        assertThat(group.runUntilAcknowledged(3 + random.nextInt(40), 20_000 * MILLI))
                .as("seed %d", seed)
                .isTrue();
        group.run(random.nextInt(1000) * MILLI);
        int alone = group.leader().orElse(0);
        int first = (alone + 1) % 3;
        group.appendAnywhere(3);
        group.crash(first, false);
        group.run(random.nextInt(20) * MILLI);
        group.appendAnywhere(3);
        group.crash((alone + 2) % 3, false);
        group.run((1000 + random.nextInt(1000)) * MILLI);
        assertThat(group.leader()).as("seed %d: no majority, no leader", seed).isEmpty();
        int acknowledged = group.acknowledged();
        group.run(1000 * MILLI);
        assertThat(group.acknowledged()).as("seed %d: no majority", seed).isEqualTo(acknowledged);
        group.restart(first);
        assertThat(group.runUntilAcknowledged(20, 20_000 * MILLI))
                .as("seed %d: progress with two of three", seed)
                .isTrue();
    }

    @Test
    void acknowledged_entries_survive_whatever_happens_to_any_minority() {
        int gaps = 0;
        for (long seed = 0; seed < 60; seed++) gaps += schedule(seed);
        assertThat(gaps).as("times entries came as files, untold").isPositive();
    }

    @Test
    @Tag("slow")
    void acknowledged_entries_survive_in_many_schedules() {
        long from = Long.getLong("rubato.seed", 1000);
        long count = Long.getLong("rubato.schedules", 3000);
        for (long seed = from; seed < from + count; seed++) schedule(seed);
    }

    /** @return how often a replica was told of entries beyond those it was told of before */
    private static int schedule(long seed) {
        try {
            return new Schedule(seed).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    /** One seeded mix of faults, then all heals, and progress is due. */
    private static final class Schedule {
        private final SimulatedGroup group;
        private final SplitMix random;

        Schedule(long seed) {
            this.random = new SplitMix(seed ^ 0x5DEECE66DL);
            this.group = new SimulatedGroup(seed, 3);
        }

        int run() {
            int rounds = 20 + random.nextInt(60);
            for (int round = 0; round < rounds; round++) {
                misfortune();
                for (int i = random.nextInt(12); i > 0; i--) {
                    group.run(random.nextInt(30) * MILLI);
                    group.appendAnywhere(1 + random.nextInt(4));
                }
            }
            recover();
            return group.gaps;
        }

        private void misfortune() {
            int id = random.nextInt(3);
            switch (random.nextInt(11)) {
                case 0, 1 -> group.crash(id, random.nextInt(2) == 0);
                case 2, 3, 4 -> group.restart(id);
                case 5 -> group.cutLink(id, (id + 1 + random.nextInt(2)) % 3);
                case 6 -> group.heal();
                case 7 -> group.pause(id, random.nextInt(2500) * MILLI);
                case 8 -> {
                    group.loss = random.nextDouble() * 0.2;
                    group.twice = random.nextDouble() * 0.2;
                    group.slowest = MILLI * (1 + random.nextInt(40));
                }
                case 9 -> group.leadAnew();
                default -> group.failDiskAfter(id, random.nextInt(200));
            }
        }

        private void recover() {
            group.heal();
            for (int id = 0; id < 3; id++) {
                group.crash(id, true);
                group.restart(id);
            }
            group.run(3000 * MILLI);
            assertThat(group.runUntilAcknowledged(40, 20_000 * MILLI))
                    .as(
                            "progress after everything healed; failures: %s %s %s",
                            group.failure(0), group.failure(1), group.failure(2))
                    .isTrue();
            group.run(2000 * MILLI);
            group.checkAll();
        }
    }
}
