package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rubato.net.RecordingHandler.next;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;

class NioHubTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private final Token token = Token.random();
    private final RecordingHandler server = new RecordingHandler();
    private final RecordingHandler client = new RecordingHandler();
    private final NioHub listening = NioHub.open(token, server);
    private final NioHub dialing = NioHub.open(token, client);

    @AfterEach
    void close() {
        dialing.close();
        listening.close();
    }

    @Test
    void messages_arrive_whole_and_in_order_both_ways() throws InterruptedException {
        Hub.Connection out = dialing.dial("127.0.0.1", listening.listen("127.0.0.1", 0), SOON);
        Hub.Connection in = next(server.opened);
        for (int length : new int[] {0, 1, 100, 70_000, 3_000_000}) {
            byte[] message = new byte[length];
            Arrays.fill(message, (byte) length);
            out.send(message);
            in.send(message);
            assertThat(next(server.received)).isEqualTo(message);
            assertThat(next(client.received)).isEqualTo(message);
        }
        assertThat(server.dialed).containsExactly(false);
        assertThat(client.dialed).containsExactly(true);
    }

    @Test
    void what_was_queued_arrives_before_the_connection_closes() throws InterruptedException {
        Hub.Connection out = dialing.dial("127.0.0.1", listening.listen("127.0.0.1", 0), SOON);
        for (int i = 0; i < 50; i++) out.send(new byte[100_000]);
        out.close("done");
        for (int i = 0; i < 50; i++) assertThat(next(server.received)).hasSize(100_000);
        assertThat(next(server.closed)).isEqualTo("closed by the peer");
        assertThat(next(client.closed)).isEqualTo("done");
    }

    @Test
    void closing_the_hub_tells_the_peer_and_takes_less_than_two_seconds() throws InterruptedException {
        dialing.dial("127.0.0.1", listening.listen("127.0.0.1", 0), SOON);
        next(server.opened);
        long start = System.nanoTime();
        listening.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(next(client.closed)).isEqualTo("closed by the peer");
        assertThat(next(server.closed)).isEqualTo("hub closed");
    }

    @Test
    void a_wrong_token_is_named_to_the_dialer_and_never_reaches_the_handler() {
        int port = listening.listen("127.0.0.1", 0);
        try (NioHub stranger = NioHub.open(Token.random(), client)) {
            assertThatThrownBy(() -> stranger.dial("127.0.0.1", port, SOON))
                    .isInstanceOf(RubatoException.class)
                    .hasMessage("wrong token for 127.0.0.1:" + port);
        }
        assertThat(server.opened).isEmpty();
    }

    @Test
    void a_port_in_use_is_named() {
        int port = listening.listen("127.0.0.1", 0);
        assertThatThrownBy(() -> dialing.listen("127.0.0.1", port))
                .isInstanceOf(RubatoException.class)
                .hasMessage("port " + port + " on 127.0.0.1 is already in use");
    }

    @Test
    void nothing_beyond_this_machine_is_listened_on_unless_asked() {
        assertThatThrownBy(() -> listening.listen("0.0.0.0", 0))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("not encrypted")
                .satisfies(e -> assertThat(((RubatoException) e).kind()).isEqualTo(RubatoException.Kind.USAGE));
        try (NioHub asked = NioHub.open(token, server, Exposure.INSECURE)) {
            assertThat(asked.listen("0.0.0.0", 0)).isPositive();
        }
    }

    @Test
    void nobody_listening_is_an_error_at_once() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> dialing.dial("127.0.0.1", port, SOON))
                .isInstanceOf(RubatoException.class)
                .hasMessageStartingWith("cannot connect to 127.0.0.1:" + port);
    }
}
