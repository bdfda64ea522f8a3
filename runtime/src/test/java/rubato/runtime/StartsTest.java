package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void each_start_that_leads_to_nothing_puts_the_next_one_off_twice_as_long_until_there_is_none() {
        List<Long> pauses = new ArrayList<>();
        Starts starts = Starts.NONE;
        while (true) {
            starts = starts.after(false, SECOND, 1);
            if (starts.areTooMany()) break;
            pauses.add(starts.pauseMillis());
        }
        assertThat(pauses).containsExactly(0L, 250L, 500L, 1000L, 2000L);
    }

    @Test
    void one_that_takes_long_to_die_before_it_is_a_member_counts_as_well() {
        assertThat(new Starts(2).after(false, 60 * SECOND, 137)).isEqualTo(new Starts(3));
    }

    @Test
    void a_member_that_dies_begins_the_count_anew() {
        assertThat(new Starts(5).after(true, SECOND, 137)).isEqualTo(Starts.NONE);
    }

    @Test
    void one_that_has_waited_for_a_coordinator_in_vain_is_not_to_blame() {
        assertThat(new Starts(2).after(false, 60 * SECOND, 3)).isEqualTo(Starts.NONE);
        assertThat(new Starts(2).after(false, SECOND, 3)).isEqualTo(new Starts(3));
    }
}
