package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.net.PeerLostException;
import rubato.net.Transport;
import rubato.plan.Algorithm;
import rubato.random.SplitMix;

/** Whatever a peer sends in place of frames: one declared exception, never another, never a hang. */
class HostileBytesTest {
    private static final int SIZE = 2;

    /** Rank 0 in an all-reduce with a rank 1 that sends these bytes and then closes. */
    private static void survive(byte[] bytes, String what) throws PeerLostException {
        Orchestra orchestra = new Orchestra(SIZE, 3, new Tuning(96, 256, 256, 0, 0), 1 << 20);
        Transport hostile = orchestra.network.transport(1);
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) hostile.write(0, left);
        hostile.hangUp();
        orchestra.play(
                (circuit, rank) -> circuit.allReduce(
                        1, Elements.of(new float[40]), Reduction.SUM, Algorithm.EXCHANGE, null, circuit.silent()),
                0);
        assertThat(orchestra.failure(0)).as(what).isNotNull();
    }

    private static byte[] random(SplitMix random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte) random.nextLong();
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void random_bytes(long seed) throws PeerLostException {
        SplitMix random = new SplitMix(seed);
        for (int i = 0; i < 300; i++) survive(random(random, random.nextInt(400)), "seed " + seed + ", case " + i);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void sealed_frames_of_random_content(long seed) throws PeerLostException {
        SplitMix random = new SplitMix(seed);
        CRC32C crc = new CRC32C();
        for (int i = 0; i < 300; i++) {
            ByteBuffer frame = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
            int words = 8 * random.nextInt(40);
            int data = random.nextInt(300);
            frame.position(Frame.HEAD).put(random(random, words + data));
            if (random.nextInt(2) == 0 && words > 0) new Announcement().put(frame, Frame.HEAD, 1);
            byte kind = (byte) (1 + random.nextInt(3));
            Frame.seal(frame, kind, words, data, random.nextInt(200) - 20, crc);
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            survive(bytes, "seed " + seed + ", case " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void what_an_honest_rank_sends_with_a_few_bytes_changed_or_cut(long seed) throws PeerLostException {
        SplitMix random = new SplitMix(seed);
        byte[] honest = honest();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = honest.clone();
            // the first 16 bytes hold no fillers, so that each change matters
            bytes[random.nextInt(16)] ^= (byte) (1 << random.nextInt(8));
            for (int flips = random.nextInt(3); flips > 0; flips--)
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            survive(bytes, "seed " + seed + ", case " + i);
            survive(java.util.Arrays.copyOf(honest, random.nextInt(honest.length)), "seed " + seed + ", cut " + i);
        }
    }

    private static byte[] honest() throws PeerLostException {
        Orchestra orchestra = new Orchestra(SIZE, 3, new Tuning(96, 256, 256, 0, 0), 1 << 20);
        Transport listener = orchestra.network.transport(0);
        orchestra
                .circuits
                .get(1)
                .allReduce(1, Elements.of(new float[40]), Reduction.SUM, Algorithm.EXCHANGE, null, new long[SIZE][0]);
        ByteBuffer seen = ByteBuffer.allocate(4096);
        for (int i = 0; i < 50; i++) {
            orchestra.circuits.get(1).attempt().poll(i, true);
            listener.read(1, seen);
        }
        byte[] bytes = new byte[seen.position()];
        seen.flip().get(bytes);
        return bytes;
    }
}
