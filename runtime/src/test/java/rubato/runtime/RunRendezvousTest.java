package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.FileLedger;
import rubato.net.Token;

class RunRendezvousTest {
    @TempDir
    Path home = Path.of("");

    private RunRendezvous of(String directory) {
        return new RunRendezvous(home.resolve(directory), line -> {});
    }

    private static boolean mayPass(Throwable error) {
        return ((RubatoException) error).mayPass();
    }

    /** A run directory with a ledger that has only begun, or has ended. */
    private RunRendezvous run(boolean ended) throws Exception {
        RunConfig config = new Jobs(home).config("coordinators.wait-seconds=2.5");
        Split data = Setup.data(config, home.resolve("data"), line -> {});
        RunDirectory run = new RunDirectory(home.resolve("run"));
        run.prepare(config.render());
        try (FileLedger ledger = FileLedger.create(run.ledger(), new RealDisk(), "run")) {
            ledger.append(
                    List.of(new Entry.Begin("run", Setup.rhythm(config, data).data(), data.fingerprint(), "", "test")),
                    () -> {});
            if (ended) ledger.append(List.of(new Entry.Finished("done", 0, 0, "for a test")), () -> {});
        }
        return of("run");
    }

    @Test
    void a_directory_that_is_not_there_or_is_no_run_fails_for_good() {
        assertThatThrownBy(() -> of("nowhere").endpoint())
                .hasMessageContaining("no run directory")
                .matches(error -> !mayPass(error));
        assertThatThrownBy(() -> of(".").endpoint())
                .hasMessageContaining("it has no config.conf")
                .matches(error -> !mayPass(error));
    }

    @Test
    void a_run_whose_coordinator_has_not_said_where_it_listens_may_do_so_later() throws Exception {
        RunRendezvous run = run(false);
        assertThatThrownBy(run::endpoint).hasMessageContaining("no file").matches(RunRendezvousTest::mayPass);
        assertThatCode(run::requireUnfinished).doesNotThrowAnyException();
        new Endpoint("127.0.0.1", 4000, Token.random()).write(run.run());
        assertThat(run.endpoint().port()).isEqualTo(4000);
    }

    @Test
    void the_patience_is_the_runs() throws Exception {
        assertThat(run(false).patience()).isEqualTo(Duration.ofMillis(2500));
    }

    @Test
    void a_run_that_has_ended_says_so() throws Exception {
        assertThatThrownBy(run(true)::requireUnfinished).hasMessageEndingWith("has ended");
    }
}
