package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.event.Event;
import rubato.verify.Verification;
import rubato.verify.Verifier;

/** Whole runs with real worker processes and compressed gradients. */
@Tag("process")
@Timeout(120)
class CompressedTrainingTest {
    @TempDir
    Path home;

    private Jobs jobs;

    @BeforeEach
    void data() throws IOException {
        jobs = new Jobs(home);
    }

    private Training.Result run(String kind, int epochs, String directory, boolean resume) {
        return jobs.training(
                        jobs.config(
                                "compression.kind=" + kind,
                                "compression.fraction=0.1",
                                "compression.rank=1",
                                "workers.count=3",
                                "stop.epochs=" + epochs),
                        home.resolve(directory),
                        resume)
                .run(path -> List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp16", "bf16", "int8", "top-k", "power-sgd"})
    void a_run_resumed_at_an_epoch_ends_as_one_that_went_through_and_learns_as_an_uncompressed_one(String kind) {
        Training.Result whole =
                jobs.steady("whole", 1, name -> run(kind, 3, name, false)).result();
        assertThat(whole.exitCode()).as(whole.reason()).isZero();
        assertThat(whole.summary().bytesSaved()).isPositive();
        Jobs.Steady halves = jobs.steady("halves", 2, name -> {
            run(kind, 1, name, false);
            return run(kind, 3, name, true);
        });
        Training.Result resumed = halves.result();
        assertThat(resumed.exitCode()).as(resumed.reason()).isZero();
        assertThat(resumed.summary().stateHash()).isEqualTo(whole.summary().stateHash());
        assertThat(Verifier.verify(halves.directory()).violations()).isEmpty();
        Training.Result plain = run("none", 3, "none", false);
        assertThat(plain.summary().bytesSaved()).isZero();
        assertThat(whole.summary().testAccuracy())
                .isCloseTo(plain.summary().testAccuracy(), org.assertj.core.data.Offset.offset(0.02));
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "top-k", "power-sgd"})
    void steps_made_again_have_their_recorded_hashes_with_every_ranks_residual(String kind) throws Exception {
        Path directory = home.resolve("again");
        Training training = jobs.training(
                jobs.config("stop.epochs=120", "batch.initial=20", "compression.kind=" + kind, "compression.rank=1"),
                directory,
                false);
        CompletableFuture<Training.Result> run = CompletableFuture.supplyAsync(
                () -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .failFast(run::isCompletedExceptionally)
                .until(() -> List.copyOf(jobs.events).stream()
                        .anyMatch(event -> event instanceof Event.StepCommitted step && step.step() > 150));
        for (Event event : List.copyOf(jobs.events))
            if (event instanceof Event.WorkerJoined joined)
                ProcessHandle.of(joined.pid()).orElseThrow().destroyForcibly();
        Training.Result result = run.get(60, TimeUnit.SECONDS);
        assertThat(result.exitCode()).as(result.reason()).isZero();
        Verification verified = Verifier.verify(directory);
        assertThat(verified.violations()).isEmpty();
        assertThat(verified.rollbacks()).isZero();
    }

    @Test
    void a_worker_that_dies_takes_its_residual_with_it_and_the_others_go_on() throws Exception {
        Path directory = home.resolve("dies");
        Training training = jobs.training(
                jobs.config("stop.epochs=100", "workers.count=3", "compression.kind=top-k"), directory, false);
        CompletableFuture<Training.Result> run = CompletableFuture.supplyAsync(
                () -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .failFast(run::isCompletedExceptionally)
                .until(() -> List.copyOf(jobs.events).stream()
                        .anyMatch(event -> event instanceof Event.StepCommitted step && step.step() > 60));
        List<Event> events = List.copyOf(jobs.events);
        events.stream()
                .filter(event -> event instanceof Event.WorkerJoined joined
                        && joined.worker().equals("worker-001"))
                .mapToLong(event -> ((Event.WorkerJoined) event).pid())
                .forEach(pid -> ProcessHandle.of(pid).orElseThrow().destroyForcibly());
        Training.Result result = run.get(60, TimeUnit.SECONDS);
        assertThat(result.exitCode()).as(result.reason()).isZero();
        assertThat(Verifier.verify(directory).violations()).isEmpty();
    }
}
