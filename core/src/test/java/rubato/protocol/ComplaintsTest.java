package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComplaintsTest {
    private final Complaints complaints = new Complaints();

    @Test
    void of_two_that_cannot_reach_each_other_exactly_one_goes_the_higher_rank() {
        complaints.add(0, 1);
        complaints.add(1, 0);
        assertThat(complaints.cover(3)).containsExactly(1);
    }

    @Test
    void who_reaches_nobody_goes_alone() {
        complaints.add(0, 1);
        complaints.add(2, 0);
        complaints.add(3, 0);
        assertThat(complaints.cover(4)).containsExactly(0);
    }

    @Test
    void a_complaint_without_a_culprit_or_about_oneself_counts_for_nothing() {
        complaints.add(0, -1);
        complaints.add(1, 1);
        assertThat(complaints.isEmpty()).isTrue();
    }
}
