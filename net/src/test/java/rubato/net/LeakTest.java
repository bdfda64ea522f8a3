package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static rubato.net.RecordingHandler.next;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import rubato.world.WorkerId;

class LeakTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private final Token token = Token.random();

    @Test
    void a_closed_hub_leaves_no_thread_and_no_descriptor() throws Exception {
        hubOnce();
        long before = descriptors();
        for (int i = 0; i < 10; i++) hubOnce();
        assertGone(before);
    }

    @Test
    void a_closed_listener_leaves_no_thread_and_no_descriptor() {
        meshOnce();
        long before = descriptors();
        for (int i = 0; i < 10; i++) meshOnce();
        assertGone(before);
    }

    @Test
    void a_failed_connect_leaves_no_descriptor() throws Exception {
        try (PeerListener zero = listener("a");
                PeerListener two = listener("c")) {
            InetSocketAddress nobody = new InetSocketAddress(zero.address().getAddress(), 1);
            List<InetSocketAddress> addresses = List.of(zero.address(), two.address(), nobody);
            long before = descriptors();
            for (int i = 1; i <= 10; i++) {
                long number = i;
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> zero.connect(1, number, 0, addresses, SOON))
                        .isInstanceOf(PeerLostException.class)
                        .hasMessageContaining("cannot reach rank 2");
            }
            two.connect(2, 0, 0, List.of(two.address()), SOON).close();
            await().atMost(Duration.ofSeconds(5)).until(() -> descriptors() <= before);
        }
    }

    private void hubOnce() throws InterruptedException {
        RecordingHandler handler = new RecordingHandler();
        try (NioHub server = NioHub.open(token, handler);
                NioHub client = NioHub.open(token, new RecordingHandler())) {
            int port = server.listen("127.0.0.1", 0);
            client.dial("127.0.0.1", port, SOON).send(new byte[10]);
            next(handler.received);
        }
    }

    private void meshOnce() {
        try (PeerListener zero = listener("a");
                PeerListener one = listener("b")) {
            List<InetSocketAddress> addresses = List.of(zero.address(), one.address());
            CompletableFuture<Transport> other = CompletableFuture.supplyAsync(() -> connect(one, 1, addresses));
            connect(zero, 0, addresses).close();
            other.join().close();
        }
    }

    private static Transport connect(PeerListener listener, int rank, List<InetSocketAddress> addresses) {
        try {
            return listener.connect(1, 1, rank, addresses, SOON);
        } catch (PeerLostException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private PeerListener listener(String name) {
        return PeerListener.open(token, new WorkerId(name, 1), "127.0.0.1", 0, Exposure.LOOPBACK);
    }

    private static void assertGone(long before) {
        await().atMost(Duration.ofSeconds(5)).until(() -> descriptors() <= before);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("rubato-"));
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
