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
import rubato.event.Event;
import rubato.verify.Verification;
import rubato.verify.Verifier;

/** Whole runs under each way of summing. */
@Tag("process")
@Timeout(120)
class AllReduceTrainingTest {
    @TempDir
    Path home;

    private Jobs jobs;

    @BeforeEach
    void data() throws IOException {
        jobs = new Jobs(home);
    }

    private Training.Result run(String name, String... overrides) {
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "workers.count=3", "net.transport=tcp", "model.kind=mlp", "model.hidden=[8]"),
                        java.util.Arrays.stream(overrides))
                .toArray(String[]::new);
        Training.Result result = jobs.run(jobs.config(all), name);
        assertThat(result.exitCode()).as(result.reason()).isZero();
        assertThat(Verifier.verify(result.directory()).violations()).isEmpty();
        return result;
    }

    @Test
    void buckets_change_when_a_gradient_goes_and_not_a_bit_of_an_exchange() {
        String whole = run("whole", "all-reduce.algorithm=exchange", "all-reduce.bucket-bytes=0")
                .summary()
                .stateHash();
        String buckets = run("buckets", "all-reduce.algorithm=exchange", "all-reduce.bucket-bytes=128")
                .summary()
                .stateHash();
        assertThat(buckets).isEqualTo(whole);
    }

    @Test
    void steps_that_are_made_again_are_summed_as_they_were() throws Exception {
        Path directory = home.resolve("all");
        Training training = jobs.training(
                jobs.config(
                        "workers.count=3",
                        "net.transport=tcp",
                        "all-reduce.algorithm=ring",
                        "all-reduce.bucket-bytes=200",
                        "stop.epochs=120",
                        "batch.initial=20"),
                directory,
                false);
        CompletableFuture<Training.Result> run = CompletableFuture.supplyAsync(
                () -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(60))
                .until(() -> run.isDone()
                        || List.copyOf(jobs.events).stream()
                                .anyMatch(event -> event instanceof Event.StepCommitted step && step.step() > 150));
        for (String worker : List.of("worker-000", "worker-001", "worker-002")) jobs.kill(worker);
        Training.Result result = run.get(60, TimeUnit.SECONDS);
        assertThat(result.exitCode()).as(result.reason()).isZero();
        Verification verified = Verifier.verify(directory);
        assertThat(verified.violations()).isEmpty();
        assertThat(verified.rollbacks()).isZero();
    }
}
