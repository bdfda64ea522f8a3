package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import rubato.config.RunConfig;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.net.Token;
import rubato.verify.Verification;
import rubato.verify.Verifier;

/** Whole runs with real worker processes. */
@Tag("process")
@Timeout(120)
class TrainingTest {
    @TempDir
    Path home;

    private Jobs jobs;

    @BeforeEach
    void data() throws IOException {
        jobs = new Jobs(home);
    }

    @Test
    void two_runs_with_one_seed_end_in_the_same_state_and_verify() {
        Training.Result first =
                jobs.run(jobs.config("batch.policy=noise-scale", "batch.min=10", "batch.max=500"), "first");
        Training.Result second =
                jobs.run(jobs.config("batch.policy=noise-scale", "batch.min=10", "batch.max=500"), "second");
        assertThat(first.exitCode()).as(first.reason()).isZero();
        assertThat(first.summary().stateHash()).isEqualTo(second.summary().stateHash());
        assertThat(first.summary().samples()).isEqualTo(3L * Jobs.ROWS);
        assertThat(first.summary().testAccuracy()).isGreaterThan(0.85);
        assertGreen(first.directory(), 3);
    }

    private static void assertGreen(Path directory, int epochs) {
        Verification verified = Verifier.verify(directory);
        assertThat(verified.violations()).isEmpty();
        assertThat(verified.epochs()).hasSize(epochs).allMatch(epoch -> epoch.complete() && epoch.exactlyOnce());
    }

    @Test
    void any_number_of_workers_and_any_shares_reach_the_same_loss() {
        double alone = jobs.run(jobs.config("workers.count=1"), "one").summary().trainLoss();
        double three =
                jobs.run(jobs.config("workers.count=3"), "three").summary().trainLoss();
        double uneven = jobs.run(
                        jobs.config("workers.count=3", "shares.policy=fixed", "shares.fixed=[0.7,0.2,0.1]"), "uneven")
                .summary()
                .trainLoss();
        assertThat(three).isCloseTo(alone, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(uneven).isCloseTo(alone, org.assertj.core.data.Offset.offset(1e-6));
    }

    @Test
    void killed_workers_are_replaced_and_every_sample_still_counts_once() throws Exception {
        Path directory = home.resolve("replaced");
        Training training = jobs.training(jobs.config("stop.epochs=1000000", "workers.count=3"), directory, false);
        CompletableFuture<Training.Result> run = CompletableFuture.supplyAsync(
                () -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
        until(run, event -> event instanceof Event.StepCommitted step && step.step() > 40);
        for (int round = 0; round < 3; round++) {
            String victim = "worker-00" + round;
            long generations = count(Event.GenerationStarted.class);
            jobs.kill(victim);
            until(
                    run,
                    event -> event instanceof Event.WorkerLeft left
                            && left.worker().equals(victim));
            Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(30))
                    .until(() -> count(Event.GenerationStarted.class) >= generations + 2);
        }
        training.interrupt();
        Training.Result result = run.get(60, TimeUnit.SECONDS);
        assertThat(result.exitCode()).as(result.reason()).isZero();
        Verification verified = Verifier.verify(directory);
        assertThat(verified.violations()).isEmpty();
        assertThat(verified.rollbacks()).isZero();
        assertThat(verified.epochs())
                .filteredOn(epoch -> epoch.complete())
                .isNotEmpty()
                .allMatch(e -> e.exactlyOnce());
    }

    @Test
    void a_joiner_with_much_state_takes_it_over_while_the_others_train_on() throws Exception {
        Path directory = home.resolve("much");
        RunConfig config =
                jobs.config("stop.epochs=1000000", "model.kind=mlp", "model.hidden=[60000]", "optimizer.momentum=0.5");
        Training training = jobs.training(config, directory, false);
        CompletableFuture<Training.Result> run = CompletableFuture.supplyAsync(
                () -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
        until(run, event -> event instanceof Event.StepCommitted step && step.step() > 5);
        new Operator(directory).scale(3);
        until(
                run,
                event -> event instanceof Event.GenerationStarted started
                        && started.workers().contains("worker-002"));
        long joinedAt = new Operator(directory).status().committedStep();
        until(run, event -> event instanceof Event.StepCommitted step && step.step() > joinedAt + 3);
        training.interrupt();
        Training.Result result = run.get(60, TimeUnit.SECONDS);
        assertThat(result.exitCode()).as(result.reason()).isZero();
        assertThat(Verifier.verify(directory).violations()).isEmpty();
    }

    @Test
    void when_all_workers_are_killed_recorded_steps_are_made_again() throws Exception {
        Path directory = home.resolve("all");
        CompletableFuture<Training.Result> run = start(jobs.config("stop.epochs=120", "batch.initial=20"), directory);
        until(run, event -> event instanceof Event.StepCommitted step && step.step() > 150);
        jobs.kill("worker-000");
        jobs.kill("worker-001");
        Training.Result result = run.get(60, TimeUnit.SECONDS);
        assertThat(result.exitCode()).as(result.reason()).isZero();
        assertGreen(directory, 120);
        assertThat(Verifier.verify(directory).rollbacks()).isZero();
    }

    private long count(Class<? extends Event> kind) {
        return List.copyOf(jobs.events).stream().filter(kind::isInstance).count();
    }

    @Test
    void with_too_few_workers_left_and_none_to_come_the_run_ends_and_the_checkpoint_stays_good() throws Exception {
        Path directory = home.resolve("killed");
        CompletableFuture<Training.Result> run = start(
                jobs.config(
                        "stop.epochs=100000", "checkpoint.every-steps=20", "workers.respawn=false", "workers.min=2"),
                directory);
        until(run, Event.CheckpointStored.class::isInstance);
        long pid = pidOf("worker-001");
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Training.Result result = run.get(5, TimeUnit.SECONDS);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.reason()).contains("worker-001");
        assertThat(Verifier.verify(directory).violations()).isEmpty();
        Training.Result resumed = jobs.training(
                        jobs.config("stop.epochs=" + (result.summary().steps() / 40 + 2)), directory, true)
                .run(path -> List.of());
        assertThat(resumed.exitCode()).as(resumed.reason()).isZero();
        assertThat(Verifier.verify(directory).violations()).isEmpty();
    }

    @Test
    void an_interrupted_run_resumes_to_the_state_of_an_uninterrupted_one() throws Exception {
        RunConfig config = jobs.config("stop.epochs=400");
        String expected = jobs.steady("whole", 1, name -> jobs.run(config, name))
                .result()
                .summary()
                .stateHash();
        Jobs.Steady halves = jobs.steady("halves", 2, name -> interruptedAndResumed(config, home.resolve(name)));
        Path directory = halves.directory();
        Training.Result resumed = halves.result();
        assertThat(resumed.exitCode()).as(resumed.reason()).isZero();
        assertThat(resumed.summary().samples()).isEqualTo(400L * Jobs.ROWS);
        assertThat(resumed.summary().stateHash()).isEqualTo(expected);
        assertGreen(directory, 400);
    }

    private Training.Result interruptedAndResumed(RunConfig config, Path directory) {
        jobs.events.clear();
        Training first = jobs.training(config, directory, false);
        CompletableFuture<Training.Result> run =
                CompletableFuture.supplyAsync(() -> first.run(path -> List.of((at, event) -> jobs.events.add(event))));
        until(run, event -> event instanceof Event.StepCommitted step && step.step() > 40);
        first.interrupt();
        Training.Result interrupted = run.orTimeout(5, TimeUnit.SECONDS).join();
        assertThat(interrupted.summary().status()).isEqualTo("interrupted");
        return jobs.training(config, directory, true).run(path -> List.of());
    }

    @Test
    void a_run_killed_before_its_first_checkpoint_starts_over_and_verifies() throws Exception {
        Path directory = home.resolve("early");
        CompletableFuture<Training.Result> run = start(
                jobs.config(
                        "stop.epochs=100000",
                        "data.shuffle=false",
                        "batch.initial=2",
                        "workers.respawn=false",
                        "workers.min=2"),
                directory);
        until(run, event -> event instanceof Event.StepCommitted step && step.step() > 5);
        ProcessHandle.of(pidOf("worker-000")).orElseThrow().destroyForcibly();
        assertThat(run.get(5, TimeUnit.SECONDS).exitCode()).isEqualTo(3);
        Training.Result resumed = jobs.training(
                        jobs.config("stop.epochs=1", "data.shuffle=false", "batch.initial=2"), directory, true)
                .run(path -> List.of());
        assertThat(resumed.exitCode()).as(resumed.reason()).isZero();
        assertThat(Verifier.verify(directory).violations()).isEmpty();
        Training.Result again = jobs.training(
                        jobs.config("stop.epochs=1", "data.shuffle=false", "batch.initial=2"), directory, true)
                .run(path -> List.of());
        assertThat(again.exitCode()).as(again.reason()).isZero();
        assertThat(Verifier.verify(directory).violations()).isEmpty();
    }

    @Test
    void strangers_at_the_port_change_nothing() throws Exception {
        Path directory = home.resolve("strangers");
        CompletableFuture<Training.Result> run = start(jobs.config("stop.epochs=300"), directory);
        until(run, Event.GenerationStarted.class::isInstance);
        Endpoint endpoint = Endpoint.read(directory);
        try (Socket garbage = new Socket(endpoint.host(), endpoint.port())) {
            garbage.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".repeat(500).getBytes(StandardCharsets.UTF_8));
        } catch (IOException closedOnUs) {
            assertThat(closedOnUs).isNotNull();
        }
        Endpoint wrong = new Endpoint(endpoint.host(), endpoint.port(), Token.random());
        assertThatThrownBy(() -> WorkerStart.run(
                        () -> wrong, "stranger", false, WorkerStart.HOST, List.of(), "test", directory, home))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("token");
        assertThatThrownBy(() -> WorkerStart.run(
                        () -> endpoint, "late", false, WorkerStart.HOST, List.of(), "other", directory, home))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("runs other, the run test");
        assertThat(run.get(60, TimeUnit.SECONDS).exitCode()).isZero();
        assertGreen(directory, 300);
    }

    @Test
    void a_second_run_in_the_same_directory_is_refused() throws Exception {
        Path directory = home.resolve("taken");
        Training training = jobs.training(jobs.config("stop.epochs=1000000"), directory, false);
        CompletableFuture<Training.Result> run = CompletableFuture.supplyAsync(
                () -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
        until(run, Event.StepCommitted.class::isInstance);
        assertThatThrownBy(() -> jobs.run(jobs.config(), "taken")).hasMessageContaining("already in use");
        assertThatThrownBy(() -> jobs.training(jobs.config(), directory, true).run(path -> List.of()))
                .hasMessageContaining("already in use");
        training.interrupt();
        assertThat(run.get(60, TimeUnit.SECONDS).exitCode()).isZero();
    }

    @Test
    void a_rate_too_large_ends_as_diverged() {
        Training.Result result =
                jobs.run(jobs.config("optimizer.learning-rate=1e39", "optimizer.momentum=0.9"), "diverged");
        assertThat(result.exitCode()).as(result.reason()).isEqualTo(4);
        assertThat(result.summary().status()).isEqualTo("failed");
    }

    private CompletableFuture<Training.Result> start(RunConfig config, Path directory) {
        Training training = jobs.training(config, directory, false);
        return CompletableFuture.supplyAsync(
                () -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
    }

    private void until(CompletableFuture<?> run, Predicate<Event> happened) {
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .failFast(() -> run.isCompletedExceptionally())
                .until(() -> List.copyOf(jobs.events).stream().anyMatch(happened));
    }

    private long pidOf(String worker) {
        return List.copyOf(jobs.events).stream()
                .filter(event -> event instanceof Event.WorkerJoined joined
                        && joined.worker().equals(worker))
                .mapToLong(event -> ((Event.WorkerJoined) event).pid())
                .findFirst()
                .orElseThrow();
    }
}
