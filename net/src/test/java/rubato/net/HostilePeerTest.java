package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static rubato.net.RecordingHandler.next;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class HostilePeerTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final NetLimits PATIENT = new NetLimits(LONG, LONG, 4, 1 << 20);
    private final Token token = Token.random();
    private final RecordingHandler handler = new RecordingHandler();
    private NioHub hub = NioHub.open(token, handler, Exposure.LOOPBACK, PATIENT);
    private int port = hub.listen("127.0.0.1", 0);

    private void reopen(NetLimits limits) {
        hub.close();
        hub = NioHub.open(token, handler, Exposure.LOOPBACK, limits);
        port = hub.listen("127.0.0.1", 0);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private void assertDropped(RawPeer peer) {
        assertThat(peer.readToEnd()).isZero();
        await().atMost(Duration.ofSeconds(3)).until(() -> hub.dropped() == 1);
        assertThat(handler.opened).isEmpty();
        assertThat(handler.closed).isEmpty();
    }

    @Test
    void garbage_is_dropped_without_an_answer() throws Exception {
        try (RawPeer peer = new RawPeer(port)) {
            peer.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertDropped(peer);
        }
    }

    /** All of it: the JDK's socket, the handshake, and what a stranger still sends once it was answered. */
    @Test
    void a_stranger_costs_the_event_thread_at_most_6_kib() throws Exception {
        reopen(new NetLimits(LONG, LONG, 4, 1 << 20));
        SplitMix random = new SplitMix(5);
        for (int i = 0; i < 100; i++) stranger(random.nextInt(5), random);
        Thread thread = Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals("rubato-hub"))
                .findFirst()
                .orElseThrow();
        for (int kind = 0; kind < 5; kind++) {
            int strangers = 50;
            long before = Damage.allocated(thread);
            for (int i = 0; i < strangers; i++) stranger(kind, random);
            assertThat((Damage.allocated(thread) - before) / strangers)
                    .as("bytes, kind %d", kind)
                    .isLessThanOrEqualTo(6 << 10);
        }
    }

    /** Comes, says something, and stays until it is dropped or has sent all it has. */
    private void stranger(int kind, SplitMix random) throws Exception {
        long dropped = hub.dropped();
        byte[] nonce = new byte[Hello.NONCE_BYTES];
        try (RawPeer peer = new RawPeer(port)) {
            if (kind == 0) peer.send(Damage.random(random, 300));
            if (kind == 1) peer.send(Hello.encode((short) 2, nonce, Purpose.CONTROL));
            if (kind >= 2) peer.send(Hello.encode(Wire.VERSION, nonce, Purpose.CONTROL));
            if (kind > 0) peer.read(Handshake.CHALLENGE_BYTES);
            if (kind == 1) for (int i = 0; i < 100; i++) peer.send(new byte[600]);
            if (kind == 2) for (int i = 0; i < 31; i++) peer.send(new byte[1]);
            if (kind == 3) peer.send(new byte[Proof.BYTES]);
        } catch (java.net.SocketException e) {
            // hung up on in the middle
        }
        await().atMost(Duration.ofSeconds(3))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> hub.dropped() == dropped + 1);
    }

    @Test
    void a_peer_that_says_nothing_is_dropped_at_the_deadline() throws Exception {
        reopen(new NetLimits(SHORT, LONG, 4, 1 << 20));
        try (RawPeer peer = new RawPeer(port)) {
            assertDropped(peer);
        }
    }

    @Test
    void a_handshake_byte_by_byte_is_dropped_at_the_deadline() throws Exception {
        reopen(new NetLimits(SHORT, LONG, 4, 1 << 20));
        byte[] hello = RawPeer.bytes(Hello.encode(Wire.VERSION, new byte[Hello.NONCE_BYTES], Purpose.CONTROL));
        try (RawPeer peer = new RawPeer(port)) {
            peer.send(new byte[] {hello[0]}).send(new byte[] {hello[1], hello[2]});
            assertDropped(peer);
        }
    }

    @Test
    void a_wrong_proof_is_dropped_and_its_purpose_never_read() throws Exception {
        try (RawPeer peer = new RawPeer(port)) {
            peer.send(Hello.encode(Wire.VERSION, new byte[Hello.NONCE_BYTES], Purpose.CONTROL));
            peer.read(Handshake.CHALLENGE_BYTES);
            peer.send(new byte[Proof.BYTES]);
            assertDropped(peer);
        }
    }

    @Test
    void a_handshake_recorded_earlier_opens_nothing() throws Exception {
        byte[] nonce = new byte[Hello.NONCE_BYTES];
        ByteBuffer hello = Hello.encode(Wire.VERSION, nonce, Purpose.CONTROL);
        byte[] proof;
        try (RawPeer first = new RawPeer(port)) {
            first.send(hello.duplicate());
            ByteBuffer challenge = ByteBuffer.wrap(first.read(Handshake.CHALLENGE_BYTES));
            proof = new Proof(token).of("dialer", hello, Handshake.unproved(challenge));
            first.send(proof);
            assertThat(first.read(Handshake.VERDICT_BYTES)).hasSize(Handshake.VERDICT_BYTES);
            next(handler.opened);
        }
        next(handler.closed);
        try (RawPeer again = new RawPeer(port)) {
            again.send(hello.duplicate());
            again.read(Handshake.CHALLENGE_BYTES);
            again.send(proof);
            assertDropped(again);
        }
    }

    @Test
    void another_version_is_answered_with_ours_and_hung_up_on() throws Exception {
        try (RawPeer peer = new RawPeer(port)) {
            peer.send(Hello.encode((short) 2, new byte[Hello.NONCE_BYTES], Purpose.CONTROL));
            ByteBuffer answer =
                    ByteBuffer.wrap(peer.read(Handshake.CHALLENGE_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(answer.getInt()).isEqualTo(Wire.MAGIC);
            assertThat(answer.getShort()).isEqualTo(Wire.VERSION);
            assertThat(peer.readToEnd()).isZero();
        }
        assertThat(handler.opened).isEmpty();
    }

    @Test
    void a_data_stream_is_not_let_in_by_a_hub() throws Exception {
        try (RawPeer peer = new RawPeer(port)) {
            Purpose data = new Purpose.Data(1, 1, 0, 1, 2, new rubato.world.WorkerId("w", 1), 1, 0);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> peer.authenticate(token, data))
                    .isInstanceOf(HandshakeException.class)
                    .hasMessageContaining("refused");
        }
        assertThat(handler.opened).isEmpty();
    }

    @Test
    void strangers_beyond_the_limit_wait_and_good_peers_get_in() throws Exception {
        reopen(new NetLimits(Duration.ofSeconds(1), LONG, 4, 1 << 20));
        List<RawPeer> silent = new ArrayList<>();
        for (int i = 0; i < 8; i++) silent.add(new RawPeer(port));
        try (NioHub good = NioHub.open(token, new RecordingHandler())) {
            assertThat(good.dial("127.0.0.1", port, Duration.ofSeconds(10)).peer())
                    .endsWith(":" + port);
        }
        next(handler.opened);
        for (RawPeer peer : silent) peer.close();
    }

    @Test
    void a_replayed_frame_closes_the_connection() throws Exception {
        try (RawPeer peer = new RawPeer(port)) {
            Session session = peer.authenticate(token, Purpose.CONTROL);
            ByteBuffer frame = Frames.encode(session.sendSequence(), new byte[] {1, 2, 3});
            peer.send(frame.duplicate()).send(frame.duplicate());
            assertThat(next(handler.received)).containsExactly(1, 2, 3);
            assertThat(next(handler.closed)).contains("repeated, lost or foreign frame");
            assertThat(handler.received).isEmpty();
        }
    }

    @Test
    void a_huge_length_closes_the_connection_before_anything_is_allocated() throws Exception {
        try (RawPeer peer = new RawPeer(port)) {
            Session session = peer.authenticate(token, Purpose.CONTROL);
            ByteBuffer frame = Frames.encode(session.sendSequence(), new byte[0]);
            frame.putInt(16, Integer.MAX_VALUE).putInt(24, Frames.crc(RawPeer.bytes(frame.duplicate()), 24));
            peer.send(frame);
            assertThat(next(handler.closed)).contains("a frame of 2147483647 bytes");
        }
    }

    @Test
    void a_flipped_bit_anywhere_closes_the_connection() throws Exception {
        SplitMix random = new SplitMix(7);
        for (int i = 0; i < 20; i++) {
            try (RawPeer peer = new RawPeer(port)) {
                Session session = peer.authenticate(token, Purpose.CONTROL);
                byte[] frame =
                        Frames.encode(session.sendSequence(), new byte[40]).array();
                int bit = random.nextInt(frame.length * 8);
                frame[bit / 8] ^= (byte) (1 << (bit % 8));
                peer.send(frame);
                assertThat(next(handler.closed)).as("bit %d", bit).startsWith("sent ");
            }
        }
        assertThat(handler.received).isEmpty();
    }

    @Test
    void a_frame_that_never_becomes_whole_closes_the_connection() throws Exception {
        reopen(new NetLimits(LONG, SHORT, 4, 1 << 20));
        try (RawPeer peer = new RawPeer(port)) {
            Session session = peer.authenticate(token, Purpose.CONTROL);
            byte[] frame = RawPeer.bytes(Frames.encode(session.sendSequence(), new byte[40]));
            for (int i = 0; i < 30; i++) peer.send(new byte[] {frame[i]});
            assertThat(next(handler.closed)).startsWith("sent part of a message");
        }
    }

    @Test
    void a_peer_that_does_not_read_is_closed_once_too_much_waits_for_it() throws Exception {
        try (RawPeer peer = new RawPeer(port)) {
            peer.authenticate(token, Purpose.CONTROL);
            Hub.Connection connection = next(handler.opened);
            for (int i = 0; i < 200; i++) connection.send(new byte[100_000]);
            assertThat(next(handler.closed)).startsWith("does not read");
        }
    }
}
