package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.event.Event;
import rubato.verify.Verification;
import rubato.verify.Verifier;

/** Whole runs whose workers are no members for a while and come back as the same process. */
@Tag("process")
@Timeout(180)
class WarmWorkersTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path home;

    private Jobs jobs;
    private Path directory;
    private Training training;
    private CompletableFuture<Training.Result> run;

    @BeforeEach
    void data() throws IOException {
        jobs = new Jobs(home);
        directory = home.resolve("run");
    }

    private void start(String... overrides) {
        List<String> all = new java.util.ArrayList<>(List.of("stop.epochs=1000000", "workers.count=3"));
        all.addAll(List.of(overrides));
        training = jobs.training(jobs.config(all.toArray(new String[0])), directory, false);
        run = CompletableFuture.supplyAsync(() -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
        until(
                0,
                event -> event instanceof Event.GenerationStarted started
                        && started.workers().size() == 3);
        until(0, event -> event instanceof Event.StepCommitted step && step.step() > 20);
    }

    private List<Event> events() {
        return List.copyOf(jobs.events);
    }

    /** Waits for an event after so many others. @return how many there are up to it */
    private int until(int after, Predicate<Event> happened) {
        Awaitility.await().atMost(LONG).failFast(() -> run.isDone()).until(() -> find(after, happened) >= 0);
        return find(after, happened) + 1;
    }

    private int find(int after, Predicate<Event> happened) {
        List<Event> all = events();
        for (int i = after; i < all.size(); i++) if (happened.test(all.get(i))) return i;
        return -1;
    }

    private static Predicate<Event> worldOf(int size) {
        return event -> event instanceof Event.GenerationStarted started
                && started.workers().size() == size;
    }

    private List<Long> pids(String worker) {
        return events().stream()
                .filter(event -> event instanceof Event.WorkerJoined joined
                        && joined.worker().equals(worker))
                .map(event -> ((Event.WorkerJoined) event).pid())
                .toList();
    }

    private static void signal(String signal, long pid) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }

    private void assertExact() throws Exception {
        training.interrupt();
        Training.Result result = run.get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(result.exitCode()).as(result.reason()).isZero();
        Verification verified = Verifier.verify(directory);
        assertThat(verified.violations()).isEmpty();
        assertThat(verified.rollbacks()).isZero();
        assertThat(verified.epochs())
                .filteredOn(epoch -> epoch.complete())
                .isNotEmpty()
                .allMatch(epoch -> epoch.exactlyOnce());
    }

    @Test
    void a_stopped_worker_is_left_behind_and_joins_anew_when_it_goes_on() throws Exception {
        start("workers.respawn=false");
        long stopped = pids("worker-001").get(0);
        int before = events().size();
        signal("STOP", stopped);
        try {
            int left = until(
                    before,
                    event -> event instanceof Event.WorkerLeft gone
                            && gone.worker().equals("worker-001"));
            int without = until(left, worldOf(2));
            until(without, event -> event instanceof Event.StepCommitted);
        } finally {
            signal("CONT", stopped);
        }
        int again = until(
                before,
                event -> event instanceof Event.WorkerJoined joined
                        && joined.worker().equals("worker-001"));
        int together = until(again, worldOf(3));
        until(together, event -> event instanceof Event.StepCommitted);
        assertThat(pids("worker-001")).containsOnly(stopped);
        assertExact();
    }

    @Test
    void workers_that_are_not_wanted_wait_and_are_members_again_without_a_new_process() throws Exception {
        start("workers.standby=1");
        Operator operator = new Operator(directory);
        int down = events().size();
        operator.scale(1);
        int alone = until(down, worldOf(1));
        until(alone, event -> event instanceof Event.StepCommitted);
        operator.scale(3);
        int together = until(alone, worldOf(3));
        until(together, event -> event instanceof Event.StepCommitted);
        for (int number = 0; number < 3; number++)
            assertThat(List.copyOf(new java.util.HashSet<>(pids("worker-00" + number))))
                    .hasSize(1);
        assertExact();
    }
}
