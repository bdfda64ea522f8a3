package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;
import rubato.random.SplitMix;
import rubato.world.WorkerId;

class HandshakeTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Duration SOON = Duration.ofSeconds(5);
    private final Token token = Token.random();

    /** Moves bytes between two sides until neither has any. */
    private static void converse(Handshake dialer, Handshake listener) throws HandshakeException {
        while (dialer.session() == null || listener.session() == null) {
            boolean there = move(dialer, listener);
            boolean back = move(listener, dialer);
            if (!there && !back) return;
        }
    }

    private static boolean move(Handshake from, Handshake to) throws HandshakeException {
        boolean moved = false;
        while (from.outgoing().hasRemaining() && to.incoming().hasRemaining()) {
            to.incoming().put(from.outgoing().get());
            to.received();
            moved = true;
        }
        return moved;
    }

    @Test
    void both_sides_agree_on_purpose_and_sequences() throws HandshakeException {
        Purpose.Data purpose = new Purpose.Data(3, 9, 1, 2, 4, new WorkerId("w-1", 77), -5, 3);
        Handshake dialer = Handshake.dial(new Proof(token), new byte[32], purpose);
        Handshake listener = Handshake.listen(new Proof(token), new byte[32], any -> true);
        converse(dialer, listener);
        Session out = Objects.requireNonNull(dialer.session());
        Session in = Objects.requireNonNull(listener.session());
        assertThat(in.purpose()).isEqualTo(purpose);
        assertThat(in.sendSequence()).isEqualTo(out.receiveSequence()).isNotEqualTo(in.receiveSequence());
        assertThat(in.receiveSequence()).isEqualTo(out.sendSequence());
    }

    @Test
    void random_bytes_only_ever_give_the_declared_exception_on_either_side() {
        for (int seed = 0; seed < 20_000; seed++) {
            SplitMix random = new SplitMix(seed);
            Handshake side = random.nextInt(2) == 0
                    ? Handshake.listen(new Proof(token), new byte[32], any -> true)
                    : Handshake.dial(new Proof(token), new byte[32], Purpose.CONTROL);
            byte[] bytes = bytes(random, random.nextInt(400));
            if (random.nextInt(4) > 0) plantHead(bytes);
            feed(side, ByteBuffer.wrap(bytes), seed);
            assertThat(side.session()).as("seed %d", seed).isNull();
        }
    }

    /** Of whatever bytes, as far as a listener reads them: random ones, and a right hello followed by random ones. */
    @Test
    void a_stranger_makes_a_listener_allocate_at_most_4_kib() {
        byte[] hello = RawPeer.bytes(Hello.encode(Wire.VERSION, new byte[32], Purpose.CONTROL));
        Proof proof = new Proof(token);
        long most = 0;
        for (int seed = 0; seed < 5_000; seed++) {
            SplitMix random = new SplitMix(seed);
            byte[] bytes = bytes(random, 1 + random.nextInt(400));
            if (random.nextInt(2) == 0) System.arraycopy(hello, 0, bytes, 0, Math.min(bytes.length, hello.length));
            else if (random.nextInt(4) > 0) plantHead(bytes);
            long least = Long.MAX_VALUE;
            // what is loaded or compiled at the first time is nobody's doing
            for (int again = 0; again < 3; again++) least = Math.min(least, allocated(proof, bytes, seed));
            most = Math.max(most, least);
        }
        assertThat(most).isPositive().isLessThanOrEqualTo(4096);
    }

    private static long allocated(Proof proof, byte[] bytes, int seed) {
        ByteBuffer sent = ByteBuffer.wrap(bytes);
        byte[] nonce = new byte[32];
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Handshake side = Handshake.listen(proof, nonce, any -> true);
        feed(side, sent, seed);
        long after = THREADS.getCurrentThreadAllocatedBytes();
        assertThat(side.session()).as("seed %d", seed).isNull();
        return after - before;
    }

    @Test
    void a_purpose_of_random_bytes_is_read_or_refused() {
        for (int seed = 0; seed < 20_000; seed++) {
            SplitMix random = new SplitMix(seed);
            ByteBuffer hello =
                    Hello.buffer(Hello.BYTES).put(bytes(random, Hello.BYTES)).flip();
            hello.put(6, (byte) random.nextInt(3));
            if (random.nextInt(2) == 0) hello.putInt(68, random.nextInt(130));
            try {
                Hello.purpose(hello);
            } catch (HandshakeException e) {
                assertThat(e.reason()).as("seed %d", seed).isEqualTo(HandshakeException.Reason.GARBAGE);
            }
        }
    }

    @Test
    void flipping_any_bit_of_the_conversation_lets_nobody_in() {
        for (int bit = 0; bit < (Hello.BYTES + Proof.BYTES) * 8; bit++) {
            Handshake dialer = Handshake.dial(new Proof(token), new byte[32], Purpose.CONTROL);
            Handshake listener = Handshake.listen(new Proof(token), new byte[32], any -> true);
            try {
                flipOne(dialer, listener, bit);
            } catch (HandshakeException e) {
                assertThat(e.reason()).isNotNull();
            }
            assertThat(listener.session()).as("bit %d", bit).isNull();
        }
    }

    private static void flipOne(Handshake dialer, Handshake listener, int bit) throws HandshakeException {
        int sent = 0;
        while (dialer.outgoing().hasRemaining()) {
            while (dialer.outgoing().hasRemaining() && listener.incoming().hasRemaining()) {
                byte value = dialer.outgoing().get();
                if (sent++ == bit / 8) value ^= (byte) (1 << (bit % 8));
                listener.incoming().put(value);
                listener.received();
            }
            if (!move(listener, dialer)) return;
        }
    }

    @Test
    void a_port_that_is_not_ours_is_named() throws IOException {
        try (ServerSocket web = answering("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
            assertThatThrownBy(() -> dial(web))
                    .isInstanceOf(RubatoException.class)
                    .hasMessageEndingWith("is not a Rubato port");
        }
    }

    @Test
    void a_listener_of_another_version_is_named() throws IOException {
        byte[] answer = new byte[Handshake.CHALLENGE_BYTES];
        ByteBuffer.wrap(answer)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(Wire.MAGIC)
                .putShort((short) 2);
        try (ServerSocket newer = answering(answer)) {
            assertThatThrownBy(() -> dial(newer)).hasMessageEndingWith("speaks version 2, this is 1");
        }
    }

    @Test
    void a_port_that_hangs_up_or_says_nothing_is_an_error_by_the_deadline() throws IOException {
        try (ServerSocket rude = answering(new byte[0])) {
            assertThatThrownBy(() -> dial(rude)).hasMessageEndingWith("hung up during the handshake");
        }
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> new Dialer(token, Route.DIRECT, null)
                            .dial(
                                    Sockets.resolve("127.0.0.1", mute.getLocalPort()),
                                    Purpose.CONTROL,
                                    Until.in(Duration.ofMillis(100))))
                    .hasMessageEndingWith("did not answer in time");
        }
    }

    private void dial(ServerSocket server) {
        new Dialer(token, Route.DIRECT, null)
                .dial(Sockets.resolve("127.0.0.1", server.getLocalPort()), Purpose.CONTROL, Until.in(SOON));
    }

    /** Reads a hello from whoever connects, answers and hangs up. */
    private static ServerSocket answering(byte[] answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        CompletableFuture.runAsync(() -> {
            try (Socket socket = server.accept()) {
                socket.getInputStream().readNBytes(Hello.BYTES);
                socket.getOutputStream().write(answer);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        return server;
    }

    private static void feed(Handshake side, ByteBuffer bytes, int seed) {
        try {
            while (bytes.hasRemaining() && side.incoming().hasRemaining()) {
                side.incoming().put(bytes.get());
                side.received();
            }
        } catch (HandshakeException e) {
            if (String.valueOf(e.getMessage()).isBlank()) throw new AssertionError("seed " + seed, e);
        }
    }

    private static byte[] bytes(SplitMix random, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte) random.nextLong();
        return bytes;
    }

    private static void plantHead(byte[] bytes) {
        byte[] head = {'R', 'B', 'T', 'O', 1, 0, 1, 0};
        System.arraycopy(head, 0, bytes, 0, Math.min(bytes.length, head.length));
    }
}
