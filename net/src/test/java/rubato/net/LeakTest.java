package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static rubato.net.RecordingHandler.next;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import rubato.world.WorkerId;

class LeakTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private final Token token = Token.random();

    @Test
    void a_closed_hub_leaves_no_thread_and_no_descriptor() throws Exception {
        hubOnce();
        List<String> before = descriptors();
        for (int i = 0; i < 10; i++) hubOnce();
        assertGone(before);
    }

    @Test
    void a_closed_listener_leaves_no_thread_and_no_descriptor() {
        meshOnce();
        List<String> before = descriptors();
        for (int i = 0; i < 10; i++) meshOnce();
        assertGone(before);
    }

    @Test
    void a_failed_connect_leaves_no_descriptor() throws Exception {
        try (PeerListener zero = listener("a");
                PeerListener two = listener("c")) {
            Peer nobody = new Peer(
                    new WorkerId("b", 1), new InetSocketAddress(zero.address().getAddress(), 1));
            List<Peer> addresses = List.of(peer("a", zero), nobody, peer("c", two));
            List<String> before = descriptors();
            for (int i = 1; i <= 10; i++) {
                long number = i;
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> zero.connect(1, number, 0, addresses, SOON))
                        .isInstanceOf(PeerLostException.class)
                        .hasMessageContaining("cannot reach rank 1");
            }
            two.connect(2, 0, 0, List.of(peer("c", two)), SOON).close();
            assertNothingMore(before);
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
            List<Peer> addresses = List.of(peer("a", zero), peer("b", one));
            CompletableFuture<Transport> other = CompletableFuture.supplyAsync(() -> connect(one, 1, addresses));
            connect(zero, 0, addresses).close();
            other.join().close();
        }
    }

    private static Transport connect(PeerListener listener, int rank, List<Peer> addresses) {
        try {
            return listener.connect(1, 1, rank, addresses, SOON);
        } catch (PeerLostException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Peer peer(String name, PeerListener listener) {
        return new Peer(new WorkerId(name, 1), listener.address());
    }

    private PeerListener listener(String name) {
        return PeerListener.open(token, new WorkerId(name, 1), "127.0.0.1", 0, Exposure.LOOPBACK, LinkOptions.DEFAULT);
    }

    private static void assertGone(List<String> before) {
        assertNothingMore(before);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("rubato-"));
    }

    private static void assertNothingMore(List<String> before) {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() ->
                        assertThat(descriptors()).as("before: %s", before).hasSizeLessThanOrEqualTo(before.size()));
    }

    /** Sockets and selectors that are open, e.g. {@code socket:[4711]}; empty where the system does not tell. */
    private static List<String> descriptors() {
        File[] open = new File("/proc/self/fd").listFiles();
        return Stream.of(open == null ? new File[0] : open)
                .map(LeakTest::target)
                .filter(target -> target.startsWith("socket:") || target.startsWith("anon_inode:"))
                .sorted()
                .toList();
    }

    private static String target(File link) {
        try {
            return Files.readSymbolicLink(link.toPath()).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }
}
