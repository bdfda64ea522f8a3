package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class FrameDecoderTest {
    @Test
    void frames_cut_anywhere_come_out_whole() throws FrameException {
        for (int seed = 0; seed < 300; seed++) {
            SplitMix random = new SplitMix(seed);
            List<byte[]> sent = new ArrayList<>();
            ByteBuffer stream = ByteBuffer.allocate(100_000);
            for (int i = 0; i < 20; i++) {
                byte[] message = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(2_000)];
                Arrays.fill(message, (byte) i);
                sent.add(message);
                stream.put(Frames.encode(Long.MAX_VALUE - 5 + i, message));
            }
            stream.flip();
            FrameDecoder decoder = new FrameDecoder(Long.MAX_VALUE - 5);
            List<byte[]> received = new ArrayList<>();
            while (stream.hasRemaining()) {
                int count = Math.min(stream.remaining(), 1 + random.nextInt(500));
                decoder.feed(stream.slice(stream.position(), count), received::add);
                stream.position(stream.position() + count);
            }
            assertThat(Arrays.deepEquals(received.toArray(), sent.toArray()))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(decoder.partial()).isFalse();
        }
    }

    @Test
    void random_and_damaged_bytes_only_ever_give_the_declared_exception() {
        for (int seed = 0; seed < 20_000; seed++) {
            SplitMix random = new SplitMix(seed);
            byte[] bytes = RawPeer.bytes(Frames.encode(5, new byte[random.nextInt(60)]));
            for (int i = random.nextInt(4); i >= 0; i--) bytes[random.nextInt(bytes.length)] = (byte) random.nextLong();
            FrameDecoder decoder = new FrameDecoder(5);
            try {
                decoder.feed(ByteBuffer.wrap(bytes), message -> {});
            } catch (FrameException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
    }

    @Test
    void a_length_beyond_the_cap_allocates_nothing() {
        byte[] frame = RawPeer.bytes(Frames.encode(1, new byte[0]));
        ByteBuffer header = ByteBuffer.wrap(frame).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        header.putInt(16, Frames.MAX_PAYLOAD + 1).putInt(24, Frames.crc(frame, 24));
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean refused = false;
        try {
            new FrameDecoder(1).feed(ByteBuffer.wrap(frame), message -> {});
        } catch (FrameException e) {
            refused = true;
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(refused).isTrue();
        assertThat(allocated).isLessThan(1 << 20);
    }

    @Test
    void a_handshake_allocates_at_most_four_kibibytes_before_the_proof() throws HandshakeException {
        Proof proof = new Proof(Token.random());
        byte[] nonce = new byte[Hello.NONCE_BYTES];
        ByteBuffer hello = Hello.encode(Wire.VERSION, nonce, Purpose.CONTROL);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            Handshake listener = Handshake.listen(proof, nonce, any -> true);
            listener.incoming().put(hello.duplicate());
            listener.received();
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
            assertThat(listener.outgoing().remaining()).isEqualTo(Handshake.CHALLENGE_BYTES);
        }
        assertThat(bytes).isLessThanOrEqualTo(4 << 10);
    }
}
