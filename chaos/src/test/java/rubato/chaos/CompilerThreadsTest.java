package rubato.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompilerThreadsTest {
    @TempDir
    Path processes;

    private void thread(int tid, String name, long user, long system) throws IOException {
        Path directory = Files.createDirectories(processes.resolve("7/task/" + tid));
        Files.writeString(
                directory.resolve("stat"),
                tid + " (" + name + ") S 1 7 7 0 -1 4194368 1 2 3 4 " + user + " " + system + " 0 0 20 0 9 0 100\n");
    }

    @Test
    void only_threads_that_compile_count_and_only_since_the_last_reading() throws IOException {
        CompilerThreads threads = new CompilerThreads(processes);
        thread(11, "java", 900, 90);
        thread(12, "C2 CompilerThre", 100, 10);
        thread(13, "C1 CompilerThre", 20, 2);
        assertThat(threads.nanosSince(7)).isZero();
        thread(11, "java", 950, 95);
        thread(12, "C2 CompilerThre", 130, 11);
        thread(14, "C2 CompilerThre", 5, 0);
        thread(15, "a ) C2 thread", 70, 0);
        assertThat(threads.nanosSince(7)).isEqualTo(360_000_000L);
        assertThat(threads.nanosSince(7)).isZero();
    }

    @Test
    void a_process_that_is_gone_used_nothing() {
        assertThat(new CompilerThreads(processes).nanosSince(8)).isZero();
    }
}
