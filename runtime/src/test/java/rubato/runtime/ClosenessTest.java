package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClosenessTest {
    private final Closeness closeness = new Closeness();

    @Test
    void one_that_catches_up_is_close_when_it_is_behind_no_more() {
        assertThat(closeness.isReached(3)).isFalse();
        assertThat(closeness.isReached(2)).isFalse();
        assertThat(closeness.isReached(1)).isFalse();
        assertThat(closeness.isReached(0)).isTrue();
    }

    @Test
    void one_that_is_as_fast_as_they_are_is_close_where_it_comes_no_closer() {
        assertThat(closeness.isReached(2)).isFalse();
        assertThat(closeness.isReached(2)).isTrue();
    }

    @Test
    void one_that_is_far_behind_is_not_close_however_slow_it_is() {
        for (int i = 0; i < 100; i++) assertThat(closeness.isReached(3 + i)).isFalse();
    }

    @Test
    void a_donor_that_tells_nothing_for_a_while_is_waited_for_and_then_no_longer() {
        for (int i = 0; i < 39; i++) assertThat(closeness.isReached(-1)).isFalse();
        assertThat(closeness.isReached(2)).isFalse();
        for (int i = 0; i < 39; i++) assertThat(closeness.isReached(-1)).isFalse();
        assertThat(closeness.isReached(-1)).isTrue();
    }
}
