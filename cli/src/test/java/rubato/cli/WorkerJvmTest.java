package rubato.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerJvmTest {
    @Test
    void a_worker_that_could_compute_with_vectors_and_does_not_is_told_how() {
        assertThat(WorkerJvm.advice(true, false))
                .hasValueSatisfying(line -> assertThat(line).contains("--add-modules jdk.incubator.vector"));
        assertThat(WorkerJvm.advice(true, true)).isEmpty();
        assertThat(WorkerJvm.advice(false, false)).isEmpty();
    }
}
