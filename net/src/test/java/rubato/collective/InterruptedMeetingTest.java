package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.net.Token;

/** Nobody can abort a group that does not exist yet: an interrupt ends its meeting. */
@Timeout(30)
class InterruptedMeetingTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    private static String interrupted(Rendezvous rendezvous, int rank) throws Exception {
        CompletableFuture<String> said = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                Group.join(rendezvous, rank, 2, LONG).close();
            } catch (CollectiveException e) {
                said.complete(e.getMessage());
            }
        });
        waiting.start();
        waiting.interrupt();
        return said.get(20, TimeUnit.SECONDS);
    }

    @Test
    void in_a_directory() throws Exception {
        assertThat(interrupted(Rendezvous.in(directory, Token.random()), 0)).contains("interrupted");
    }

    @Test
    void at_rank_0_and_on_the_way_there() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Rendezvous rendezvous = Rendezvous.at("127.0.0.1", port, Token.random());
        assertThat(interrupted(rendezvous, 1)).contains("interrupted");
        assertThat(interrupted(rendezvous, 0)).contains("interrupted");
    }
}
