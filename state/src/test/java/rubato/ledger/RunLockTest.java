package rubato.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;

class RunLockTest {
    @TempDir
    Path run;

    @Test
    void a_run_directory_has_one_holder_at_a_time() {
        try (RunLock held = RunLock.take(run)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> RunLock.take(run))
                    .isInstanceOf(RubatoException.class)
                    .hasMessage("run directory " + run + " is already in use by another process");
        }
        RunLock.take(run).close();
    }

    @Test
    void a_directory_that_is_not_there_is_an_error() {
        assertThatThrownBy(() -> RunLock.take(run.resolve("none")))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("no such file or directory");
    }
}
