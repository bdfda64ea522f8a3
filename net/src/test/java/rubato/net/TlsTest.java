package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rubato.net.RecordingHandler.next;

import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;

@Timeout(60)
class TlsTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    static Path directory;

    private static JobKeys ours;
    private static JobKeys others;

    private final Token token = Token.random();
    private final RecordingHandler server = new RecordingHandler();
    private final RecordingHandler client = new RecordingHandler();
    private final List<NioHub> hubs = new ArrayList<>();

    @BeforeAll
    static void keys() throws Exception {
        ours = JobKeys.make(directory, "ours");
        others = JobKeys.make(directory, "others");
    }

    @AfterEach
    void close() {
        hubs.forEach(NioHub::close);
    }

    private NioHub hub(RecordingHandler handler, Exposure exposure) {
        NioHub hub = NioHub.open(token, handler, exposure);
        hubs.add(hub);
        return hub;
    }

    private int listenWithTls() throws Exception {
        return hub(server, Exposure.secured(ours.member())).listen("127.0.0.1", 0);
    }

    @Test
    void messages_arrive_whole_and_in_order_both_ways() throws Exception {
        int port = listenWithTls();
        Hub.Connection out = hub(client, Exposure.secured(ours.member())).dial("127.0.0.1", port, SOON);
        Hub.Connection in = next(server.opened);
        for (int length : new int[] {0, 1, 100, 70_000, 3_000_000}) {
            byte[] message = new byte[length];
            Arrays.fill(message, (byte) length);
            for (int times = 0; times < 3; times++) {
                out.send(message);
                in.send(message);
            }
            for (int times = 0; times < 3; times++) {
                assertThat(next(server.received)).isEqualTo(message);
                assertThat(next(client.received)).isEqualTo(message);
            }
        }
    }

    @Test
    void what_was_queued_arrives_before_the_hub_closes() throws Exception {
        int port = listenWithTls();
        NioHub dialing = hub(client, Exposure.secured(ours.member()));
        Hub.Connection out = dialing.dial("127.0.0.1", port, SOON);
        for (int i = 0; i < 50; i++) out.send(new byte[100_000]);
        dialing.close();
        for (int i = 0; i < 50; i++) assertThat(next(server.received)).hasSize(100_000);
        assertThat(next(server.closed)).isEqualTo("closed by the peer");
    }

    @Test
    void nothing_of_a_message_is_readable_on_the_wire() throws Exception {
        try (Eavesdropper between = new Eavesdropper(listenWithTls())) {
            Hub.Connection out = hub(client, Exposure.secured(ours.member())).dial("127.0.0.1", between.port(), SOON);
            out.send("a remarkable word".getBytes(StandardCharsets.UTF_8));
            next(server.received);
            assertThat(between.heard()).isNotEmpty().doesNotContain("remarkable", "RBTO");
        }
    }

    @Test
    void who_shows_no_certificate_is_told_so() throws Exception {
        int port = listenWithTls();
        NioHub onlooker = hub(client, Exposure.secured(ours.onlooker()));
        assertThatThrownBy(() -> onlooker.dial("127.0.0.1", port, SOON))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("127.0.0.1:" + port + " does not accept this side's certificate");
        assertThat(server.opened).isEmpty();
    }

    @Test
    void who_comes_from_another_job_is_told_so() throws Exception {
        int port = listenWithTls();
        NioHub other = hub(client, Exposure.secured(others.member()));
        assertThatThrownBy(() -> other.dial("127.0.0.1", port, SOON))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("127.0.0.1:" + port + " shows a certificate that is not of this run");
        assertThat(server.opened).isEmpty();
    }

    @Test
    void plain_text_to_a_tls_port_is_told_so() throws Exception {
        int port = listenWithTls();
        NioHub plain = hub(client, Exposure.LOOPBACK);
        assertThatThrownBy(() -> plain.dial("127.0.0.1", port, SOON))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("127.0.0.1:" + port + " speaks TLS, this side does not");
        assertThat(server.opened).isEmpty();
    }

    @Test
    void tls_to_a_plain_port_is_told_so() throws Exception {
        int port = hub(server, Exposure.LOOPBACK).listen("127.0.0.1", 0);
        NioHub secured = hub(client, Exposure.secured(ours.member()));
        assertThatThrownBy(() -> secured.dial("127.0.0.1", port, SOON))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("127.0.0.1:" + port + " does not speak TLS");
    }

    @Test
    void a_right_certificate_does_not_stand_for_the_token() throws Exception {
        int port = listenWithTls();
        NioHub guessing = NioHub.open(Token.random(), client, Exposure.secured(ours.member()));
        hubs.add(guessing);
        assertThatThrownBy(() -> guessing.dial("127.0.0.1", port, SOON)).hasMessageContaining("wrong token");
    }

    @Test
    void garbage_and_silence_at_a_tls_port_keep_nobody_else_out() throws Exception {
        int port = listenWithTls();
        try (Socket silent = new Socket("127.0.0.1", port);
                Socket garbage = new Socket("127.0.0.1", port)) {
            garbage.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            InputStream answer = garbage.getInputStream();
            assertThat(answer.read()).isEqualTo(0x15);
            hub(client, Exposure.secured(ours.member()))
                    .dial("127.0.0.1", port, SOON)
                    .send(new byte[10]);
            assertThat(next(server.received)).hasSize(10);
            assertThat(silent.isConnected()).isTrue();
        }
    }

    @Test
    void without_tls_nobody_listens_beyond_this_machine_and_with_it_anybody_may() throws Exception {
        NioHub plain = hub(server, Exposure.LOOPBACK);
        assertThatThrownBy(() -> plain.listen("0.0.0.0", 0))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("not encrypted");
        assertThat(hub(server, Exposure.secured(ours.member())).listen("0.0.0.0", 0))
                .isPositive();
    }
}
