package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.protocol.Pool;

/** Worker processes of which the first cannot start. */
@Timeout(60)
class LocalWorkersTest {
    private static final List<String> FIRST_DIES =
            List.of("/bin/sh", "-c", "case \"$*\" in *worker-000*) exit 7;; *) exec sleep 1000;; esac", "sh");
    private static final String NEVER_A_MEMBER =
            "worker-000 was started 6 times in a row and never became a member: exit code 7, see ";

    private static final class Owner implements LocalWorkers.Owner {
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public void lost(String worker, String reason) {
            told.add("lost " + worker);
        }

        @Override
        public void gaveUp(String line) {
            told.add("gave up: " + line);
        }

        @Override
        public void hopeless(String reason) {
            told.add("hopeless: " + reason);
        }
    }

    @TempDir
    Path run = Path.of("");

    private final Owner owner = new Owner();

    private LocalWorkers workers(int count, int needed) throws IOException {
        Files.createDirectories(run.resolve("logs"));
        LocalWorkers.Launch launch = new LocalWorkers.Launch(FIRST_DIES, Map.of(), run, true, needed, List.of());
        return new LocalWorkers(launch, new Pool(count, 0), owner);
    }

    private String next() throws InterruptedException {
        return String.valueOf(owner.told.poll(30, TimeUnit.SECONDS));
    }

    private void assertSixDeaths() throws InterruptedException {
        for (int death = 0; death < Starts.MOST; death++) assertThat(next()).isEqualTo("lost worker-000");
    }

    @Test
    void a_worker_that_never_becomes_a_member_is_given_up_and_the_others_go_on() throws Exception {
        try (LocalWorkers workers = workers(2, 1)) {
            workers.want(2);
            assertSixDeaths();
            assertThat(next()).startsWith("gave up: " + NEVER_A_MEMBER).contains("worker-000.log; the run goes on");
            workers.want(2);
            assertThat(next()).as("started again when asked for").isEqualTo("lost worker-000");
            workers.kill();
        }
    }

    @Test
    void if_too_few_are_left_there_is_no_hope() throws Exception {
        try (LocalWorkers workers = workers(2, 2)) {
            workers.want(2);
            assertSixDeaths();
            assertThat(next()).startsWith("hopeless: " + NEVER_A_MEMBER);
            workers.kill();
        }
    }

    @Test
    void coordinators_apart_end_with_the_run_that_has_no_workers() {
        try (CoordinatorGroup group = new CoordinatorGroup(List.of("none"), Map.of(), run, 3)) {
            group.fail("no workers");
            assertThat(group.ended()).isCompletedWithValue(3);
            assertThat(group.lastLine()).isEqualTo("no workers");
        }
    }
}
