package rubato.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members on one thread: the others come, or something happens to them, while the first is asleep. */
@Timeout(30)
class SharedReduceTest {
    private static final int MEMBERS = 3;

    private interface Asleep {
        void happens() throws IOException;
    }

    private final ByteBuffer memory = ByteBuffer.allocateDirect((int) (MEMBERS * SharedLayout.BYTES_PER_RANK))
            .order(ByteOrder.LITTLE_ENDIAN);
    private final float[] sum = {1};

    private SharedReduce member(int index, Asleep asleep) {
        Bell bell = new Bell() {
            @Override
            public void await(long nanos) throws IOException {
                asleep.happens();
            }

            @Override
            public boolean gone(int member) {
                return false;
            }

            @Override
            public void ring(int member) {}
        };
        return new SharedReduce(memory, index, MEMBERS, bell, TimeUnit.SECONDS.toNanos(20));
    }

    /** Makes a member enter; it gives up once it has to wait. */
    private void enters(int index, float x) {
        SharedReduce member = member(index, () -> {
            throw new IOException("does not wait");
        });
        try {
            member.sum(1, new float[] {x}, 1);
        } catch (IOException e) {
            assertThat(e).hasMessage("does not wait");
        }
    }

    @Test
    void who_had_to_be_waited_for_is_noted() throws IOException {
        enters(1, 10);
        SharedReduce first = member(0, () -> enters(2, 100));
        long[] waitedUntil = {5, 5, 5};
        long start = System.nanoTime();
        first.sum(1, sum, 1, waitedUntil);
        assertThat(sum).containsExactly(111);
        assertThat(waitedUntil[0]).isZero();
        assertThat(waitedUntil[1]).isZero();
        assertThat(waitedUntil[2]).isGreaterThan(start);
        assertThat(first.hasEntered(2)).isTrue();
    }

    @Test
    void what_a_member_did_before_it_failed_is_done() throws IOException {
        enters(1, 10);
        SharedReduce first = member(0, () -> {
            enters(2, 100);
            throw new IllegalStateException("it is dead");
        });
        first.sum(1, sum, 1);
        assertThat(sum).containsExactly(111);
    }

    @Test
    void a_failure_of_a_member_that_did_not_come_is_told() {
        enters(1, 10);
        SharedReduce first = member(0, () -> {
            throw new IllegalStateException("it is dead");
        });
        assertThatThrownBy(() -> first.sum(1, sum, 1)).hasMessage("it is dead");
        assertThat(first.hasEntered(1)).isTrue();
        assertThat(first.hasEntered(2)).isFalse();
        assertThat(first.isFurthestBehind(1)).isFalse();
        assertThat(first.isFurthestBehind(2)).isTrue();
    }

    @Test
    void a_disagreement_in_the_memory_is_the_cause_of_a_failure() {
        SharedReduce first = member(0, () -> {
            member(2, () -> {}).sum(2, new float[1], 1);
        });
        assertThatThrownBy(() -> first.sum(1, sum, 1)).isInstanceOfSatisfying(SharedException.class, e -> {
            assertThat(e.fault()).isEqualTo(SharedException.Fault.STEP);
            assertThat(e.member()).isEqualTo(2);
            assertThat(e.theirs()).isEqualTo(2);
        });
    }
}
