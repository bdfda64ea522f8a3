package rubato.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DjlEnvironmentTest {
    @Test
    void a_worker_computes_on_one_thread_offline_and_without_telemetry() {
        assertThat(DjlEnvironment.jvmArgs(Path.of("/d")))
                .contains(
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Dai.djl.offline=true",
                        "-DOPT_OUT_TRACKING=true",
                        "-Drubato.djl.data-home=/d");
        assertThat(DjlEnvironment.environment())
                .containsEntry("OMP_WAIT_POLICY", "passive")
                .containsEntry("GOMP_SPINCOUNT", "0");
    }
}
