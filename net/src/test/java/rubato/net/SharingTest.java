package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.world.WorkerId;

/** Members of a host agree on more memory while one of them is behind. */
@Timeout(60)
class SharingTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long BYTES = 4096;

    @TempDir
    static Path directory;

    private final Token token = Token.random();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PeerListener a = listener("a");
    private final PeerListener b = listener("b");
    private final List<Peer> peers = List.of(peer("a", a), peer("b", b));

    private Transport lower;
    private Transport higher;

    @BeforeEach
    void connect() throws Exception {
        connect(1);
    }

    private void connect(long generation) throws Exception {
        Future<Transport> other = threads.submit(() -> b.connect(1, generation, 1, peers, LONG));
        lower = a.connect(1, generation, 0, peers, LONG);
        higher = other.get(20, TimeUnit.SECONDS);
        assertThat(lower.carrier(1)).isEqualTo(TransportChoice.SHM);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        a.close();
        b.close();
    }

    /** The maker's word comes while the other still waits for something of an operation before. */
    @Test
    void a_member_that_still_waits_in_an_earlier_operation_keeps_what_it_is_told() throws Exception {
        Future<SharedGroup> made = threads.submit(() -> lower.share(BYTES));
        higher.await(TimeUnit.SECONDS.toNanos(20));
        SharedGroup taken = higher.share(BYTES);
        made.get(20, TimeUnit.SECONDS).memory().putLong(8, 4711);
        assertThat(taken.memory().getLong(8)).isEqualTo(4711);
    }

    @Test
    void what_an_earlier_generation_was_told_is_not_taken_for_the_next_ones() throws Exception {
        Future<SharedGroup> made = threads.submit(() -> lower.share(BYTES));
        higher.await(TimeUnit.SECONDS.toNanos(20));
        lower.abort(-1, "enough");
        assertThatThrownBy(() -> made.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(PeerLostException.class);
        higher.abort(-1, "enough");
        connect(2);
        Future<SharedGroup> anew = threads.submit(() -> lower.share(BYTES));
        SharedGroup taken = higher.share(BYTES);
        anew.get(20, TimeUnit.SECONDS).memory().putLong(8, 4712);
        assertThat(taken.memory().getLong(8)).isEqualTo(4712);
    }

    /** Whoever lost a peer without noticing hears of that loss, not of its consequences. */
    @Test
    void a_peer_that_talks_without_end_is_lost_and_named() throws Exception {
        for (int i = 0; i < 3; i++) ((LinkTransport) lower).link(1).tell(new ControlMessage.Reached(true));
        assertThatThrownBy(() -> {
                    while (true) higher.await(TimeUnit.SECONDS.toNanos(20));
                })
                .hasMessage("rank 0 sent a Reached out of turn");
        assertThatThrownBy(() -> higher.share(BYTES)).hasMessage("rank 0 sent a Reached out of turn");
    }

    private PeerListener listener(String name) {
        return PeerListener.open(
                token,
                new WorkerId(name, 1),
                "127.0.0.1",
                0,
                Exposure.LOOPBACK,
                new LinkOptions(TransportChoice.SHM, directory, 1));
    }

    private static Peer peer(String name, PeerListener listener) {
        return new Peer(new WorkerId(name, 1), listener.address());
    }
}
