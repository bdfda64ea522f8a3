package rubato.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DjlEnvironmentTest {
    @Test
    void natives_lie_with_the_data_sets() {
        assertThat(DjlEnvironment.usualDataHome(Map.of("RUBATO_DATA", "/d", "XDG_CACHE_HOME", "/c"), "/h"))
                .isEqualTo(Path.of("/d"));
        assertThat(DjlEnvironment.usualDataHome(Map.of("XDG_CACHE_HOME", "/c"), "/h"))
                .isEqualTo(Path.of("/c/rubato"));
        assertThat(DjlEnvironment.usualDataHome(Map.of(), "/h")).isEqualTo(Path.of("/h/.cache/rubato"));
    }

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
