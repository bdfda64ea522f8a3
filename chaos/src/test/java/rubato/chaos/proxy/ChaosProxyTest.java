package rubato.chaos.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.net.Route;
import rubato.net.Token;

/** Real connections through the proxy, from the address 127.0.1.1 where the machine has it. */
@Timeout(60)
class ChaosProxyTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Token token = Token.random();
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    private final NioHub listening = NioHub.open(token, new Heard(received, closed));
    private final Sky sky = new Sky();
    private final InetAddress here = InetAddress.getLoopbackAddress();
    private ChaosProxy proxy = open();
    private NioHub dialing = listening;

    private record Heard(BlockingQueue<byte[]> received, BlockingQueue<String> closed) implements Hub.Handler {
        @Override
        public void opened(Hub.Connection connection, boolean dialed) {}

        @Override
        public void received(Hub.Connection connection, byte[] message) {
            received.add(message);
        }

        @Override
        public void closed(Hub.Connection connection, String reason) {
            closed.add(reason);
        }
    }

    private ChaosProxy open() {
        try {
            return ChaosProxy.open(sky);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void dialThroughTheProxy() {
        dialing = NioHub.open(
                token,
                new Heard(new LinkedBlockingQueue<>(), closed),
                Exposure.LOOPBACK,
                Route.of("", proxy.address()));
    }

    @AfterEach
    void close() {
        dialing.close();
        listening.close();
        proxy.close();
    }

    private Hub.Connection dial() {
        return dialing.dial("127.0.0.1", listening.listen("127.0.0.1", 0), SOON);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void what_is_sent_arrives() throws InterruptedException {
        dial().send(bytes("through"));
        assertThat(received.poll(5, TimeUnit.SECONDS)).isEqualTo(bytes("through"));
    }

    @Test
    void nothing_gets_through_a_cut_and_what_was_sent_arrives_after_it() throws InterruptedException {
        Hub.Connection connection = dial();
        sky.from(here, Weather.CUT);
        connection.send(bytes("held"));
        assertThat(received.poll(300, TimeUnit.MILLISECONDS)).isNull();
        assertThat(closed).isEmpty();
        sky.from(here, Weather.FINE);
        assertThat(received.poll(5, TimeUnit.SECONDS)).isEqualTo(bytes("held"));
    }

    @Test
    void a_cut_link_cannot_be_dialed() {
        sky.between(here, here, Weather.CUT);
        int port = listening.listen("127.0.0.1", 0);
        assertThatThrownBy(() -> dialing.dial("127.0.0.1", port, Duration.ofMillis(300)))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("in time");
    }

    @Test
    void a_flipped_bit_ends_the_connection_and_is_never_delivered() throws InterruptedException {
        Hub.Connection connection = dial();
        byte[] long64 = new byte[4096];
        Arrays.fill(long64, (byte) 7);
        sky.flip(here);
        connection.send(long64);
        assertThat(closed.poll(5, TimeUnit.SECONDS)).isNotNull();
        assertThat(received).isEmpty();
    }

    @Test
    void a_narrow_link_takes_its_time() throws InterruptedException {
        Hub.Connection connection = dial();
        sky.to(here, Weather.slow(0, 100_000));
        long started = System.nanoTime();
        connection.send(new byte[50_000]);
        assertThat(received.poll(10, TimeUnit.SECONDS)).hasSize(50_000);
        assertThat(System.nanoTime() - started).isGreaterThan(400_000_000L);
    }

    @Test
    void addresses_beyond_this_machine_are_refused() {
        assertThatThrownBy(() -> dialing.dial("192.0.2.1", 1, SOON)).isInstanceOf(RubatoException.class);
    }
}
