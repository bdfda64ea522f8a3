package rubato.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TortureTest {
    @Test
    void schedules_under_all_faults_break_no_promise_and_come_to_their_end() {
        List<String> printed = new ArrayList<>();
        Torture.Total total = new Torture(printed::add).run(20_260_101, 400);
        assertThat(printed).isEmpty();
        assertThat(total.ok()).isTrue();
        assertThat(total.faults()).isGreaterThan(1000);
        assertThat(total.generations()).isGreaterThan(total.schedules());
        assertThat(total.rollbacks()).isPositive();
    }

    @Test
    void the_sum_is_that_of_the_schedules_one_after_another() {
        long steps = 0;
        for (int i = 0; i < 300; i++)
            steps += Schedule.run(Torture.seedOf(5, i)).steps();
        Torture.Total total = new Torture(line -> {}).run(5, 300);
        assertThat(total.schedules()).isEqualTo(300);
        assertThat(total.steps()).isEqualTo(steps);
    }

    @Test
    void one_that_is_stopped_sums_up_what_it_has_done() {
        Torture torture = new Torture(line -> {});
        torture.stop();
        assertThat(torture.run(5, 300)).isEqualTo(new Torture.Total(0, 0, 0, 0, 0, 0));
    }

    @Test
    void a_seed_replays_byte_for_byte() {
        for (long seed = -3; seed < 3; seed++) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            Schedule.Outcome outcome = Schedule.run(seed, first::add);
            assertThat(Schedule.run(seed, second::add)).isEqualTo(outcome);
            assertThat(Schedule.run(seed)).isEqualTo(outcome);
            assertThat(second).isEqualTo(first).isNotEmpty();
        }
    }

    @Test
    void the_first_schedule_has_the_seed_itself_and_no_two_have_the_same() {
        assertThat(Torture.seedOf(-7, 0)).isEqualTo(-7);
        assertThat(java.util.stream.LongStream.range(0, 10_000)
                        .map(i -> Torture.seedOf(-7, i))
                        .distinct()
                        .count())
                .isEqualTo(10_000);
    }

    /** Seeds under which an earlier version of the protocol, the ledger or a driver broke a promise or came to a halt. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                10, // a plan that begins earlier than one still pending
                118, // a proposed member that leaves
                223, // a bit flipped while the tail of the ledger is read
                268, // a new coordinator while a collective waits for a lost machine
                523, // the only member's machine is lost
                1240, // a new coordinator hears of a joiner before the members
                1255, // the same bit flips twice
                1336, // a leave before the join
                1833, // a worker that is no member leaves while members wait to
                2499, // a holder of the base is lost while it is installed
                8571, // a release while a step is applied
                7_620_946_693_589_879_258L, // a new coordinator while others of the generation compute
                -8_367_927_470_734_206_624L, // a new coordinator after the run was scaled down, before its first
                // generation
                2_770_677_306_532_658_990L, // a full disk at the last step, while a plan is pending that would go on
                2_145_851_201_806_522_349L, // history is rolled back to its beginning after the coordinator was started
                // anew
                5_887_497_974_925_073_215L, // a member is paused while history is rolled back
                1_367_119_363_098_224_835L, // a member takes over a step before a checkpoint that was skipped without
                // it
                7_201_789_406_785_980_601L, // metrics of a step come once more when it has become the last one
                -4_326_925_319_280_512_971L, // a scaling that is on the disk though nobody was told so
                6_450_099_287_423_243_231L, // an interrupt while the metrics of a base are owed
                2_441_267_479_999_646_194L, // two workers make the same step, each alone in a generation of its own
                1_522_855_043_343_119_364L, // history is rolled back to the checkpoint before one that cannot be read
                -5_317_733_664_811_614_925L, // one that was left behind completes its checkpoint of a step another has
                // made since
                5_548_290_403_873_498_871L, // the only worker is taken out again and again
                2_624_187_762_642_745_735L, // a connection that kept no order after a cut
                477_038_727_844_284_831L // the only holder's machine is lost, and whoever asks it is refused at once
            })
    void seeds_that_once_failed_stay_sound(long seed) {
        Schedule.Outcome outcome = Schedule.run(seed);
        assertThat(outcome.violation()).isEmpty();
    }
}
