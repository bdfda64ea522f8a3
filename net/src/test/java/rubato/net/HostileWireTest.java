package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.random.SplitMix;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** Whatever comes instead of frames, control messages and handshakes: the declared exception, bounded memory, an end. */
@Timeout(60)
class HostileWireTest {
    private static final int CASES = 4_000;
    private static final long FIRST = 77;
    private final Token token = Token.random();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void frames(long seed) {
        SplitMix random = new SplitMix(seed);
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = Damage.of(frames(random), random);
            if (random.nextInt(2) == 0 && bytes.length >= Frames.HEADER_BYTES) vouch(bytes);
            String what = "seed " + seed + ", case " + i;
            long pieces = random.nextLong();
            long used = Damage.least(what, () -> inPieces(bytes, new SplitMix(pieces)), FrameException.class);
            assertThat(used).as(what).isLessThan((80 << 10) + 4L * bytes.length);
        }
    }

    private static void inPieces(byte[] bytes, SplitMix random) throws FrameException {
        FrameDecoder decoder = new FrameDecoder(FIRST);
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(bytes.length - at, 1 + random.nextInt(60));
            decoder.feed(ByteBuffer.wrap(bytes, at, count), message -> {});
            at += count;
        }
    }

    private static byte[] frames(SplitMix random) {
        byte[] all = {};
        for (int i = 0; i < 3; i++)
            all = Damage.join(all, RawPeer.bytes(Frames.encode(FIRST + i, Damage.random(random, random.nextInt(50)))));
        return all;
    }

    /** Makes the first header's checksum right, so that what is in it is read. */
    private static void vouch(byte[] frame) {
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(24, Frames.crc(frame, 24));
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void control_messages(long seed) {
        SplitMix random = new SplitMix(seed);
        for (int i = 0; i < CASES; i++) {
            byte[] right = RawPeer.bytes(ControlCodec.encode(any(random)));
            byte[] bytes = random.nextInt(8) == 0 ? Damage.random(random, 700) : Damage.of(right, random);
            if (random.nextInt(2) == 0) vouchControl(bytes);
            String what = "seed " + seed + ", case " + i;
            long used = Damage.least(what, () -> readAll(bytes), FrameException.class);
            assertThat(used).as(what).isLessThan((8 << 10) + 64L * bytes.length);
        }
    }

    private static void readAll(byte[] bytes) throws FrameException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int before = in.remaining() + 1;
        while (in.remaining() < before) {
            before = in.remaining();
            if (ControlCodec.decode(in) == null) return;
        }
        throw new AssertionError("a message of no bytes");
    }

    private static ControlMessage any(SplitMix random) {
        Generation generation = new Generation(random.nextInt(9), random.nextInt(9));
        return switch (random.nextInt(7)) {
            case 0 -> new ControlMessage.Greeting(new WorkerId("w-1", 7), random.nextLong(), TransportChoice.SHM);
            case 1 -> new ControlMessage.Carrier(TransportChoice.TCP, random.nextInt(20));
            case 2 -> new ControlMessage.Place("x".repeat(random.nextInt(500)));
            case 3 -> new ControlMessage.Reached(random.nextInt(2) == 0);
            case 4 -> new ControlMessage.Begin(generation, random.nextLong());
            case 5 -> new ControlMessage.Leave(generation, random.nextLong());
            default -> new ControlMessage.Abort(generation, random.nextLong(), random.nextInt(4), "because");
        };
    }

    private static void vouchControl(byte[] bytes) {
        if (bytes.length < 8) return;
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int covered = 4 + Short.toUnsignedInt(in.getShort(2));
        if (covered + 4 > bytes.length) return;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, covered);
        in.putInt(covered, (int) crc.getValue());
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void what_a_dialer_says_before_its_proof(long seed) {
        SplitMix random = new SplitMix(seed);
        Proof proof = new Proof(token);
        byte[] nonce = new byte[Hello.NONCE_BYTES];
        Purpose.Data purpose = new Purpose.Data(1, 2, 0, 1, 3, new WorkerId("w", 1), 5, 2);
        byte[] hello = RawPeer.bytes(Hello.encode(Wire.VERSION, nonce, purpose));
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = Damage.of(Damage.join(hello, Damage.random(random, Proof.BYTES)), random);
            String what = "seed " + seed + ", case " + i;
            long least = Long.MAX_VALUE;
            // what is loaded or compiled at the first time is nobody's doing
            for (int again = 0; again < 3; again++) least = Math.min(least, listening(proof, nonce, bytes, what));
            assertThat(least).as(what).isLessThanOrEqualTo(4 << 10);
        }
    }

    private static long listening(Proof proof, byte[] nonce, byte[] bytes, String what) {
        long before = Damage.allocated();
        Handshake side = Handshake.listen(proof, nonce, any -> true);
        ByteBuffer sent = ByteBuffer.wrap(bytes);
        try {
            feed(side, sent);
        } catch (HandshakeException e) {
            // as declared
        }
        long used = Damage.allocated() - before;
        assertThat(side.session()).as(what).isNull();
        return used;
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 10})
    void what_a_listener_answers(long seed) {
        SplitMix random = new SplitMix(seed);
        for (int i = 0; i < CASES; i++) {
            Handshake dialer = Handshake.dial(new Proof(token), new byte[32], Purpose.CONTROL);
            Handshake listener = Handshake.listen(new Proof(token), new byte[32], any -> true);
            String what = "seed " + seed + ", case " + i;
            byte[] right = answer(listener, dialer);
            boolean atProof = random.nextInt(2) == 0;
            Damage.allowing(
                    what,
                    () -> {
                        feed(dialer, ByteBuffer.wrap(atProof ? right : Damage.of(right, random)));
                        feed(dialer, ByteBuffer.wrap(Damage.of(answer(listener, dialer), random)));
                    },
                    HandshakeException.class);
        }
    }

    private static byte[] answer(Handshake listener, Handshake dialer) {
        try {
            feed(listener, dialer.outgoing());
        } catch (HandshakeException e) {
            // then there is no answer
        }
        return RawPeer.bytes(listener.outgoing());
    }

    private static void feed(Handshake side, ByteBuffer bytes) throws HandshakeException {
        while (bytes.hasRemaining() && side.incoming().hasRemaining()) {
            side.incoming().put(bytes.get());
            side.received();
        }
    }
}
