package rubato.shm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class PatienceTest {
    @Test
    void with_more_members_than_cores_nobody_spins_and_the_core_is_given_away_at_once() {
        assertThat(Patience.of(4, 2, false).spins()).isZero();
        assertThat(Patience.of(4, 2, false).yieldNanos()).isPositive();
        assertThat(Patience.of(2, 2, false).spins()).isPositive();
    }

    @Test
    void blocking_looks_once_and_then_sleeps() {
        assertThat(Patience.of(2, 2, true)).isEqualTo(new Patience(0, 0));
        ByteBuffer memory = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(Patience.of(2, 2, true).reached(memory, 0, 1)).isFalse();
        memory.putLong(0, 1);
        assertThat(Patience.of(2, 2, true).reached(memory, 0, 1)).isTrue();
    }
}
