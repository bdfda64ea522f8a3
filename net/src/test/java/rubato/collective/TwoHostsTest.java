package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rubato.net.Token;

/** Groups whose ranks are on two hosts, which are network namespaces with a shaped wire between them. */
@Tag("process")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TwoHostsTest {
    private static final int PORT = 7000;
    private static final int SIZE = 4;
    private static final int LENGTH = 1 << 20;
    private static final int ROUNDS = 3;
    /** Headers of TCP, IP and Ethernet, acknowledgements, and those of our own frames. */
    private static final double FRAMING = 1.03;

    private static final int DEADLINE_MILLIS = 20_000;
    private static final int CUT_DEADLINE_MILLIS = 8_000;
    /** Beyond the deadline, for processes that wait for a core. */
    private static final int GRACE_MILLIS = 2_000;

    private final List<Process> processes = new ArrayList<>();
    private final List<BufferedReader> outputs = new ArrayList<>();
    private TwoHosts hosts;

    @BeforeEach
    void wire() throws Exception {
        Optional<String> obstacle = TwoHosts.obstacle();
        obstacle.ifPresent(why -> System.err.println("NOT TESTED: collectives between two hosts: " + why));
        Assumptions.assumeTrue(obstacle.isEmpty(), () -> "no network namespaces here: " + obstacle.orElse(""));
        hosts = new TwoHosts();
    }

    @AfterEach
    void unplug() throws Exception {
        processes.forEach(Process::destroyForcibly);
        for (Process process : processes) process.waitFor(10, TimeUnit.SECONDS);
        if (hosts != null) hosts.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1gbit, auto, 2, shm",
        "100mbit, auto, 2, shm",
        "1gbit, auto, 3, shm",
        "100mbit, auto, 1, shm",
        "1gbit, unix, 2, unix"
    })
    void a_hierarchical_all_reduce_moves_the_vector_over_the_wire_once_however_many_ranks_a_host_has(
            String rate, String transport, int onFirst, String within) throws Exception {
        hosts.rate(rate);
        start(onFirst, transport, DEADLINE_MILLIS);
        for (int rank = 0; rank < SIZE; rank++)
            assertThat(line(rank)).isEqualTo("met " + carriers(rank, onFirst, within));
        order("hierarchical 1 8");
        for (int rank = 0; rank < SIZE; rank++) assertThat(line(rank)).isEqualTo("done true");
        long[] before = {hosts.sentBytes(0), hosts.sentBytes(1)};
        order("hierarchical " + ROUNDS + " " + LENGTH);
        for (int rank = 0; rank < SIZE; rank++) assertThat(line(rank)).isEqualTo("done true");
        // 2 (h - 1) / h of the vector for h = 2 hosts
        double optimum = 4.0 * LENGTH * ROUNDS;
        for (int host = 0; host < 2; host++)
            assertThat((hosts.sentBytes(host) - before[host]) / optimum)
                    .as("bytes of host %d, in parts of the optimum", host)
                    .isBetween(1.0, FRAMING);
    }

    @ParameterizedTest
    @CsvSource({"hierarchical, 2", "hierarchical, 3", "exchange, 2"})
    void a_cut_wire_is_an_error_on_every_rank_by_the_deadline(String algorithm, int onFirst) throws Exception {
        hosts.rate("100mbit");
        start(onFirst, "auto", CUT_DEADLINE_MILLIS);
        for (int rank = 0; rank < SIZE; rank++) assertThat(line(rank)).startsWith("met ");
        order(algorithm + " 1 " + LENGTH);
        for (int rank = 0; rank < SIZE; rank++) assertThat(line(rank)).isEqualTo("done true");
        order(algorithm + " 1000 " + LENGTH);
        long before = hosts.sentBytes(0);
        while (hosts.sentBytes(0) < before + LENGTH) Thread.onSpinWait();
        hosts.cut();
        long cut = Survivor.micros();
        for (int rank = 0; rank < SIZE; rank++) {
            String[] failed = line(rank).split(" ", 4);
            assertThat(failed[0]).as("rank %d", rank).isEqualTo("failed");
            assertThat((Long.parseLong(failed[1]) - cut) / 1000)
                    .as("rank %d: %s", rank, failed[3])
                    .isLessThan(CUT_DEADLINE_MILLIS + GRACE_MILLIS);
            assertThat(Integer.parseInt(failed[2]))
                    .as("rank %d: %s", rank, failed[3])
                    .isBetween(0, SIZE - 1)
                    .isNotEqualTo(rank);
        }
        for (Process process : processes)
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private static int host(int rank, int onFirst) {
        return rank < onFirst ? 0 : 1;
    }

    private static String carriers(int rank, int onFirst, String within) {
        List<String> carriers = new ArrayList<>();
        for (int other = 0; other < SIZE; other++) {
            boolean together = host(other, onFirst) == host(rank, onFirst);
            carriers.add(other == rank ? "-" : together ? within : "tcp");
        }
        return String.join(" ", carriers);
    }

    private void start(int onFirst, String transport, int deadlineMillis) throws IOException {
        String token = Token.random().toHex();
        for (int rank = 0; rank < SIZE; rank++) {
            int host = host(rank, onFirst);
            Process process = new ProcessBuilder(hosts.on(
                            host,
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx128m",
                                    "-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    HostRank.class.getName(),
                                    "" + rank,
                                    "" + SIZE,
                                    hosts.address(0) + ":" + PORT,
                                    transport,
                                    hosts.sharedDirectory(host).toString(),
                                    "" + deadlineMillis)))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            processes.add(process);
            outputs.add(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
            tell(process, token);
        }
    }

    private void order(String line) throws IOException {
        for (Process process : processes) tell(process, line);
    }

    private static void tell(Process process, String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    private String line(int rank) throws IOException {
        return String.valueOf(outputs.get(rank).readLine());
    }
}
