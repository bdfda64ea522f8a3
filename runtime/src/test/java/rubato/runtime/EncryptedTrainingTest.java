package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.net.Exposure;

/** Whole runs with real worker processes that speak TLS. */
@Tag("process")
@Timeout(120)
class EncryptedTrainingTest {
    @TempDir
    Path home;

    @Test
    void a_run_over_tls_ends_as_one_without() throws Exception {
        Jobs jobs = new Jobs(home);
        Training.Result plain = jobs.run(jobs.config(), "plain");
        Training.Result encrypted = jobs.run(jobs.config("net.tls=true"), "encrypted");
        assertThat(encrypted.exitCode()).as(encrypted.reason()).isZero();
        assertThat(encrypted.summary().stateHash()).isEqualTo(plain.summary().stateHash());
        assertThat(home.resolve("encrypted/tls/worker.key")).exists();
        assertThat(Files.exists(home.resolve("plain/tls"))).isFalse();
    }

    @Test
    void a_worker_without_the_certificates_is_told_why_it_may_not_come() throws Exception {
        Jobs jobs = new Jobs(home);
        Path directory = home.resolve("run");
        Training training = jobs.training(jobs.config("net.tls=true", "stop.epochs=1000000"), directory, false);
        CompletableFuture<Training.Result> run = CompletableFuture.supplyAsync(
                () -> training.run(path -> List.of((at, event) -> jobs.events.add(event))));
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .failFast(run::isCompletedExceptionally)
                .until(() -> List.copyOf(jobs.events).stream().anyMatch(Event.StepCommitted.class::isInstance));
        Endpoint endpoint = Endpoint.read(directory);
        assertThatThrownBy(() -> WorkerStart.run(
                        () -> endpoint.with(Exposure.LOOPBACK),
                        "late",
                        false,
                        "127.0.0.1",
                        List.of(),
                        "test",
                        directory,
                        home))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("speaks TLS");
        Operator operator = new Operator(directory);
        assertThat(operator.status().workers()).hasSize(2);
        operator.stop();
        assertThat(run.get(60, TimeUnit.SECONDS).summary().status()).isEqualTo("interrupted");
    }
}
