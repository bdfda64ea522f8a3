package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.error.RubatoException;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.net.Token;

@Timeout(30)
class DialRendezvousTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Token token = Token.random();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    private static int freePort() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private Future<Float> join(int port, int rank) {
        return threads.submit(() -> {
            try (Group group = Group.join(Rendezvous.at("127.0.0.1", port, token), rank, 2, LONG)) {
                float[] vector = {rank + 1};
                group.allReduce(vector);
                return vector[0];
            }
        });
    }

    /** Says what bytes it likes to whoever it meets; hears nothing. */
    private record Liar(byte[] says) implements Hub.Handler {
        @Override
        public void opened(Hub.Connection connection, boolean dialed) {
            connection.send(says);
        }

        @Override
        public void received(Hub.Connection connection, byte[] message) {}

        @Override
        public void closed(Hub.Connection connection, String reason) {}
    }

    private static Hub.Connection dial(NioHub hub, int port) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                return hub.dial("127.0.0.1", port, LONG);
            } catch (RubatoException e) {
                Thread.yield();
            }
        }
        throw new AssertionError("nobody listens on " + port);
    }

    @Test
    void what_is_no_rank_does_not_disturb_the_meeting() throws Exception {
        int port = freePort();
        Future<Float> zero = join(port, 0);
        for (String garbage : List.of("", "x", "1 2", "a 2 127.0.0.1:1", "99999999999 2 127.0.0.1:1", "1 \n 2", "\0")) {
            try (NioHub hub = NioHub.open(token, new Liar(garbage.getBytes(UTF_8)))) {
                dial(hub, port);
            }
        }
        Future<Float> one = join(port, 1);
        assertThat(zero.get(20, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "a\nb", "127.0.0.1:1", "127.0.0.1:1\n127.0.0.1:2\n127.0.0.1:3", "127.0.0.1:1\n[::"})
    void a_list_that_is_none_blames_rank_0(String list) throws Exception {
        try (NioHub zero = NioHub.open(token, new Liar(list.getBytes(UTF_8)))) {
            Future<Float> one = join(zero.listen("127.0.0.1", 0), 1);
            assertThatThrownBy(() -> one.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(CollectiveException.class)
                    .hasMessageStartingWith("rank 0 told");
        }
    }
}
