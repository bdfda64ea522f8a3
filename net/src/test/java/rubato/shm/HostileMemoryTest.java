package rubato.shm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.net.Damage;
import rubato.random.SplitMix;

/** Whatever a peer writes into shared memory: an IOException or garbled numbers, never anything else, never a hang. */
@Timeout(60)
class HostileMemoryTest {
    private static final int RING = 1 << 10;
    private static final long[] POSITIONS = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, RING + 1, 3, 0};

    private static final Bell MUTE = new Bell() {
        @Override
        public void await(long nanos) {}

        @Override
        public boolean gone(int member) {
            return false;
        }

        @Override
        public void ring(int member) {}
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void positions_of_a_ring(long seed) {
        SplitMix random = new SplitMix(seed);
        for (int i = 0; i < 5_000; i++) {
            ByteBuffer memory = ByteBuffer.allocateDirect(ByteRing.bytes(RING)).order(ByteOrder.LITTLE_ENDIAN);
            long[] positions = {position(random), position(random), position(random), position(random)};
            boolean reads = random.nextInt(2) == 0;
            ByteBuffer bytes = ByteBuffer.allocate(random.nextInt(2 * RING));
            int at = (reads ? 0 : 1) * Words.SPACING;
            String what = "seed " + seed + ", case " + i;
            long used = Damage.least(
                    what,
                    () -> {
                        ByteRing ring = new ByteRing(memory, 0, RING);
                        for (long position : positions) {
                            memory.putLong(at, position);
                            move(ring, bytes.clear(), reads);
                        }
                    },
                    IOException.class);
            assertThat(used).as(what).isLessThan(8 << 10);
        }
    }

    private static long position(SplitMix random) {
        return random.nextInt(2) == 0 ? random.nextInt(2 * RING) : POSITIONS[random.nextInt(POSITIONS.length)];
    }

    private static void move(ByteRing ring, ByteBuffer bytes, boolean reads) throws IOException {
        int moved = reads ? ring.read(bytes) : ring.write(bytes);
        assertThat(moved).isBetween(0, RING).isEqualTo(bytes.position());
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void words_of_an_all_reduce(long seed) {
        SplitMix random = new SplitMix(seed);
        int bytes = (int) (2 * SharedLayout.BYTES_PER_RANK);
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[] vector = new float[200_000];
        for (int i = 0; i < 600; i++) {
            int length = random.nextInt(3) == 0 ? vector.length : random.nextInt(40);
            garble(memory, random, length);
            String what = "seed " + seed + ", case " + i;
            long used = Damage.least(
                    what,
                    () -> new SharedReduce(memory, 0, 2, MUTE, 50_000)
                            .sum(1, vector, length, new long[3], new long[][] {{}, {}}),
                    IOException.class);
            assertThat(used).as(what).isLessThan(64 << 10);
        }
    }

    /** Some words of the other member's headers: right ones, so that what follows is read, or anything. */
    private static void garble(ByteBuffer memory, SplitMix random, int length) {
        int base = (int) SharedLayout.BYTES_PER_RANK;
        long[] right = {1, 1, length};
        int[] controls = {0, 3, 1024, 1025, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
        for (int header = 0; header < 2; header++) {
            for (int word = 0; word < 3; word++) {
                long value = random.nextInt(8) == 0 ? random.nextLong() : right[word];
                if (word == 2) value |= (long) controls[random.nextInt(controls.length)] << 32;
                memory.putLong(base + header * Words.SPACING + 8 * word, value);
            }
        }
        memory.putLong(base + SharedLayout.PHASE, random.nextInt(2) == 0 ? Long.MAX_VALUE : random.nextLong());
    }
}
