package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rubato.net.Token;
import rubato.random.SplitMix;

/** Three processes of a group that share memory, one of which dies or stops while they sum. */
@Tag("process")
class GroupDeathTest {
    private static final int SIZE = 3;
    /** Also of the meeting, for which three processes must have started. */
    private static final int STOP_DEADLINE_MILLIS = 5000;

    private final List<Process> processes = new ArrayList<>();
    private final List<BufferedReader> outputs = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"KILL, 10", "KILL, 300000", "STOP, 10", "STOP, 300000"})
    @Timeout(value = 90, unit = TimeUnit.SECONDS)
    void the_others_name_it_and_leave_no_memory_behind(String signal, int length) throws Exception {
        long seed = System.nanoTime();
        SplitMix random = new SplitMix(seed);
        int victim = random.nextInt(SIZE);
        Path shm = Path.of("/dev/shm");
        Path directory = Files.createTempDirectory(Files.isDirectory(shm) ? shm : Path.of("/tmp"), "group");
        try {
            start(directory, signal.equals("STOP") ? STOP_DEADLINE_MILLIS : 20_000);
            for (Process process : processes) tell(process, "exchange 2000000000 " + length);
            LockSupport.parkNanos(200_000_000L + random.nextInt(300_000_000));
            long struck = Survivor.micros();
            new ProcessBuilder("kill", "-" + signal, "" + processes.get(victim).pid())
                    .start()
                    .waitFor();
            for (int rank = 0; rank < SIZE; rank++) {
                if (rank == victim) continue;
                String[] failed = outputs.get(rank).readLine().split(" ", 4);
                assertThat(failed).as("seed %d", seed).startsWith("failed").hasSize(4);
                assertThat(failed[2]).as("seed %d: %s", seed, failed[3]).isEqualTo("" + victim);
                System.out.printf(
                        "death | %s | %d | %.1f ms | %s%n",
                        signal, length, (Long.parseLong(failed[1]) - struck) / 1e3, failed[3]);
                assertThat(processes.get(rank).waitFor(20, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(files(directory)).as("seed %d", seed).isEmpty();
        } finally {
            processes.forEach(Process::destroyForcibly);
            for (Process process : processes) process.waitFor(10, TimeUnit.SECONDS);
            for (Path file : files(directory)) Files.delete(file);
            Files.delete(directory);
        }
    }

    private void start(Path directory, int deadlineMillis) throws IOException {
        String token = Token.random().toHex();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        for (int rank = 0; rank < SIZE; rank++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            HostRank.class.getName(),
                            "" + rank,
                            "" + SIZE,
                            "127.0.0.1:" + port,
                            "shm",
                            directory.toString(),
                            "" + deadlineMillis)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            processes.add(process);
            outputs.add(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
            tell(process, token);
        }
        for (BufferedReader output : outputs)
            assertThat(output.readLine()).startsWith("met").contains("shm");
    }

    private static void tell(Process process, String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }
}
