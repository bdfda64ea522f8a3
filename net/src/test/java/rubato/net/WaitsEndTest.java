package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;
import rubato.world.WorkerId;

/** Every wait for a peer ends once nobody wants it any more; their deadlines are five minutes away. */
@Timeout(60)
class WaitsEndTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    static Path directory;

    private final Token token = Token.random();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CompletableFuture<Void> unwanted = new CompletableFuture<>();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    /** Begins a wait for a port that takes connections and says nothing, ends it once it is waiting, and gives its failure. */
    private Throwable failure(ServerSocket mute, Callable<?> wait, AutoCloseable end) throws Exception {
        Future<?> waiting = threads.submit(wait);
        try (Socket taken = mute.accept()) {
            assertThat(taken.getInputStream().read()).isNotNegative();
            return failure(waiting, end);
        }
    }

    private static Throwable failure(Future<?> waiting, AutoCloseable end) throws Exception {
        assertThat(waiting.isDone()).isFalse();
        end.close();
        try {
            waiting.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return e.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    private static ServerSocket mute() throws Exception {
        return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    private static InetSocketAddress address(ServerSocket server) {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private Until end() {
        return Until.in(LONG, unwanted::isDone);
    }

    private void end(Dialer dialer, ServerSocket mute) throws Exception {
        assertThat(failure(
                        mute, () -> dialer.dial(address(mute), Purpose.CONTROL, end()), () -> unwanted.complete(null)))
                .isInstanceOf(RubatoException.class);
    }

    @Test
    void dialing_a_port_that_says_nothing() throws Exception {
        try (ServerSocket mute = mute()) {
            end(new Dialer(token, Route.DIRECT, null), mute);
        }
    }

    @Test
    void dialing_through_a_proxy_that_says_nothing() throws Exception {
        try (ServerSocket mute = mute()) {
            end(new Dialer(token, new Route(null, address(mute)), null), mute);
        }
    }

    @Test
    void shaking_hands_for_tls_with_a_port_that_says_nothing() throws Exception {
        try (ServerSocket mute = mute();
                Tls tls =
                        Tls.of(Exposure.secured(JobKeys.make(directory, "waits").member()))) {
            end(new Dialer(token, Route.DIRECT, tls), mute);
        }
    }

    @Test
    void dialing_from_a_hub_that_is_closed() throws Exception {
        NioHub hub = NioHub.open(token, new RecordingHandler());
        try (ServerSocket mute = mute()) {
            assertThat(failure(mute, () -> hub.dial("127.0.0.1", mute.getLocalPort(), LONG), hub))
                    .isInstanceOf(RubatoException.class);
        }
    }

    private PeerListener listener(String name) {
        return PeerListener.open(token, new WorkerId(name, 1), "127.0.0.1", 0, Exposure.LOOPBACK, LinkOptions.DEFAULT);
    }

    private static Peer peer(String name, InetSocketAddress address) {
        return new Peer(new WorkerId(name, 1), address);
    }

    @Test
    void dialing_a_member_that_says_nothing_when_the_generation_ends_or_the_listener_is_closed() throws Exception {
        for (int time = 0; time < 2; time++) {
            try (ServerSocket mute = mute();
                    PeerListener own = listener("a")) {
                List<Peer> peers = List.of(peer("a", own.address()), peer("b", address(mute)));
                AutoCloseable end = time == 0 ? () -> unwanted.complete(null) : own;
                Callable<Transport> wait = time == 0
                        ? () -> own.connect(1, 1, 0, peers, LONG, unwanted::isDone)
                        : () -> own.connect(1, 1, 0, peers, LONG);
                assertThat(failure(mute, wait, end)).isInstanceOf(PeerLostException.class);
            }
        }
    }

    @Test
    void waiting_for_a_lower_rank_that_never_dials() throws Exception {
        try (PeerListener own = listener("b")) {
            List<Peer> peers = List.of(peer("a", own.address()), peer("b", own.address()));
            Future<Transport> waiting = threads.submit(() -> own.connect(1, 1, 1, peers, LONG));
            assertThat(failure(waiting, own)).isInstanceOf(PeerLostException.class);
        }
    }

    @Test
    void waiting_for_the_greeting_of_a_lower_rank_that_proved_the_token_and_says_no_more() throws Exception {
        try (PeerListener own = listener("b");
                RawPeer raw = new RawPeer(own.address().getPort())) {
            List<Peer> peers = List.of(peer("a", own.address()), peer("b", own.address()));
            Future<Transport> waiting = threads.submit(() -> own.connect(1, 1, 1, peers, LONG));
            raw.authenticate(token, new Purpose.Data(1, 1, 0, 1, 2, new WorkerId("a", 1), 1, 0));
            // this side greets first, and then waits
            raw.read(4);
            assertThat(failure(waiting, own)).isInstanceOf(PeerLostException.class);
        }
    }

    @Test
    void waiting_for_a_member_that_keeps_its_link_and_does_not_begin() throws Exception {
        try (PeerListener a = listener("a");
                PeerListener b = listener("b")) {
            List<Peer> peers = List.of(peer("a", a.address()), peer("b", b.address()));
            Future<Transport> other = threads.submit(() -> b.connect(1, 1, 1, peers, LONG));
            a.connect(1, 1, 0, peers, LONG);
            other.get(20, TimeUnit.SECONDS);
            Future<Transport> waiting = threads.submit(() -> a.connect(1, 2, 0, peers, LONG, unwanted::isDone));
            assertThat(failure(waiting, () -> unwanted.complete(null))).isInstanceOf(PeerLostException.class);
        }
    }

    @Test
    void sharing_memory_with_a_member_that_does_not_when_the_generation_is_given_up() throws Exception {
        try (PeerListener a = listener("a");
                PeerListener b = listener("b")) {
            List<Peer> peers = List.of(peer("a", a.address()), peer("b", b.address()));
            Future<Transport> other = threads.submit(() -> b.connect(1, 1, 1, peers, LONG));
            Transport own = a.connect(1, 1, 0, peers, LONG);
            Transport there = other.get(20, TimeUnit.SECONDS);
            if (own.shared() == null) return;
            Future<SharedGroup> waiting = threads.submit(() -> own.share(4096));
            // the offer has come, so the other side waits for the answer
            there.await(TimeUnit.SECONDS.toNanos(20));
            assertThat(failure(waiting, () -> own.abort(-1, "enough")))
                    .isInstanceOf(PeerLostException.class)
                    .hasMessageStartingWith("nobody waits");
        }
    }

    @Test
    void a_wait_that_is_over_before_it_begins() {
        unwanted.complete(null);
        assertThat(end().millis()).isZero();
        assertThatThrownBy(() -> new Dialer(token, Route.DIRECT, null)
                        .dial(new InetSocketAddress("192.0.2.1", 9), Purpose.CONTROL, end()))
                .isInstanceOf(RubatoException.class);
    }
}
