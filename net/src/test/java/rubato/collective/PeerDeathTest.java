package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rubato.net.Token;
import rubato.random.SplitMix;

/** Four processes, one of which dies or stops while they reduce: the others hold an error and go on as three. */
@Tag("process")
class PeerDeathTest {
    private static final int SIZE = 4;
    private static final int STOP_DEADLINE_MILLIS = 1000;
    /** The deadline, and as much again for processes that wait for a core. */
    private static final long STOP_LIMIT_MICROS = 1000L * STOP_DEADLINE_MILLIS + 500_000;

    @ParameterizedTest
    @CsvSource({"shm, KILL", "unix, KILL", "tcp, KILL", "shm, STOP", "unix, STOP", "tcp, STOP"})
    @Timeout(value = 90, unit = TimeUnit.SECONDS)
    void the_others_hold_an_error_that_names_the_dead_one_and_go_on_over_the_links_they_have(
            String transport, String signal) throws Exception {
        long seed = System.nanoTime();
        Outcome outcome = strike(transport, signal, seed);
        assertThat(outcome.survived()).as("seed %d", seed).hasSize(3).allMatch(line -> line.equals("survived true 3"));
        assertThat(outcome.blamed()).as("seed %d: %s", seed, outcome).containsOnly(outcome.victim());
        assertThat(outcome.leftBehind()).as("seed %d", seed).isEmpty();
    }

    /** Prints how long after the stroke the last survivor held its error: of two hundred deaths, half of them stops. */
    @ParameterizedTest
    @CsvSource({"shm, KILL", "unix, KILL", "tcp, KILL", "shm, STOP", "unix, STOP", "tcp, STOP"})
    @Tag("slow")
    void two_hundred_deaths(String transport, String signal) throws Exception {
        List<Long> micros = new ArrayList<>();
        for (int round = 0; round < Integer.getInteger("rubato.deaths", 34); round++) {
            Outcome outcome = strike(transport, signal, 1000L + round);
            assertThat(outcome.survived())
                    .as("%s %d", transport, round)
                    .allMatch(line -> line.equals("survived true 3"));
            assertThat(outcome.leftBehind()).isEmpty();
            if (signal.equals("STOP")) assertThat(outcome.lastMicros()).isLessThan(STOP_LIMIT_MICROS);
            micros.add(outcome.lastMicros());
        }
        micros.sort(null);
        System.out.printf(
                "deaths | %s | %s | %d | %.1f | %.1f | %.1f | %.1f | %d |%n",
                transport,
                signal,
                micros.size(),
                micros.get(0) / 1e3,
                micros.get(micros.size() / 2) / 1e3,
                micros.get(micros.size() * 9 / 10) / 1e3,
                micros.get(micros.size() - 1) / 1e3,
                micros.stream().filter(one -> one < 50_000).count());
    }

    private record Outcome(
            int victim, List<Integer> blamed, List<String> survived, List<String> leftBehind, long lastMicros) {}

    private static Outcome strike(String transport, String signal, long seed) throws Exception {
        SplitMix random = new SplitMix(seed);
        int victim = random.nextInt(SIZE);
        Path shm = Path.of("/dev/shm");
        Path directory = Files.createTempDirectory(Files.isDirectory(shm) ? shm : Path.of("/tmp"), "survivors");
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> outputs = new ArrayList<>();
        try {
            String token = Token.random().toHex();
            for (int number = 0; number < SIZE; number++) {
                Process process =
                        start(number, transport, directory, signal.equals("STOP") ? STOP_DEADLINE_MILLIS : 20_000);
                processes.add(process);
                outputs.add(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
                tell(process, token);
            }
            List<String> members = new ArrayList<>();
            for (int number = 0; number < SIZE; number++)
                members.add(number + ":" + outputs.get(number).readLine().substring("port ".length()));
            for (Process process : processes) tell(process, String.join(" ", members));
            for (BufferedReader output : outputs) assertThat(output.readLine()).isEqualTo("ready");
            LockSupport.parkNanos(200_000_000L + random.nextInt(300_000_000));
            long struck = Survivor.micros();
            signal(processes.get(victim), signal);
            int[] others =
                    IntStream.range(0, SIZE).filter(number -> number != victim).toArray();
            List<Integer> blamed = new ArrayList<>();
            long last = 0;
            for (int number : others) {
                String[] failed = outputs.get(number).readLine().split(" ", 4);
                assertThat(failed[0]).isEqualTo("failed");
                last = Math.max(last, Long.parseLong(failed[1]) - struck);
                blamed.add(Integer.parseInt(failed[2]));
            }
            String remaining =
                    String.join(" ", IntStream.of(others).mapToObj(members::get).toList());
            for (int number : others) tell(processes.get(number), remaining);
            List<String> survived = new ArrayList<>();
            for (int number : others) survived.add(outputs.get(number).readLine());
            for (int number : others)
                assertThat(processes.get(number).waitFor(20, TimeUnit.SECONDS)).isTrue();
            return new Outcome(victim, blamed, survived, files(directory), last);
        } finally {
            processes.forEach(Process::destroyForcibly);
            for (Process process : processes) process.waitFor(10, TimeUnit.SECONDS);
            for (String name : files(directory)) Files.delete(directory.resolve(name));
            Files.delete(directory);
        }
    }

    private static Process start(int number, String transport, Path directory, int deadlineMillis) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Survivor.class.getName(),
                        "" + number,
                        transport,
                        directory.toString(),
                        "" + deadlineMillis)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void signal(Process process, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
    }

    private static void tell(Process process, String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }
}
