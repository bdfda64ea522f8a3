package rubato.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.observe.StatusText;
import rubato.protocol.RunStatus;
import rubato.runtime.Operator;
import rubato.verify.Verification;
import rubato.verify.Verifier;

/** Runs with three coordinators, every coordinator and worker a process of its own. */
@Tag("process")
@Timeout(240)
class CoordinatorsProcessTest {
    private static final long PATIENCE_SECONDS = 90;

    @TempDir
    Path home;

    private Path run = Path.of("");
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void data() throws IOException {
        run = home.resolve("run");
        SmallRows.write(home.resolve("rows.svm"));
        Files.writeString(home.resolve("job.conf"), """
                run.name = coordinators
                data { format = libsvm, train = "%s", test-fraction = 0.1 }
                model.kind = logistic
                batch.initial = 60
                workers.count = 2
                coordinators.count = 3
                checkpoint.every-steps = 200
                """.formatted(home.resolve("rows.svm")));
    }

    @AfterEach
    void killEverything() {
        List<ProcessHandle> all = new ArrayList<>();
        for (Process process : started) {
            process.descendants().forEach(all::add);
            all.add(process.toHandle());
        }
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : all)
            process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        started.clear();
    }

    private Process rubato(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("out").toFile()))
                .start();
        started.add(process);
        return process;
    }

    private Process train(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("train", "-c", home.resolve("job.conf").toString(), "--run-dir", run.toString()));
        arguments.addAll(List.of(more));
        return rubato(arguments.toArray(String[]::new));
    }

    private RunStatus until(String what, Predicate<RunStatus> fits) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        RunStatus last = null;
        while (System.nanoTime() < end) {
            if (Files.exists(run.resolve("ledger")) || Files.exists(run.resolve("coordinators/2/pid"))) {
                last = new Operator(run).status();
                if (fits.test(last)) return last;
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError(what + ": not within " + PATIENCE_SECONDS + " s; last " + last + "\n"
                + Files.readString(home.resolve("out"), StandardCharsets.UTF_8) + logs());
    }

    private String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int id = 0; id < 3; id++) {
            Path log = run.resolve("logs/coordinator-" + id + ".log");
            if (Files.exists(log)) all.append(log.getFileName()).append(":\n").append(Files.readString(log));
        }
        return all.toString();
    }

    private RunStatus untilTrained(long beyond) throws IOException {
        return until(
                "training beyond step " + beyond,
                status -> !status.workers().isEmpty() && status.committedStep() > beyond && leader(status) >= 0);
    }

    private static int leader(RunStatus status) {
        return status.coordinators().stream()
                .filter(coordinator -> coordinator.role().equals("leader"))
                .mapToInt(RunStatus.CoordinatorStatus::id)
                .findFirst()
                .orElse(-1);
    }

    private static long pid(RunStatus status, int id) {
        return status.coordinators().stream()
                .filter(coordinator -> coordinator.id() == id)
                .findFirst()
                .orElseThrow()
                .pid();
    }

    private static void signal(String signal, long... pids) throws IOException, InterruptedException {
        for (long pid : pids)
            assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                            .start()
                            .waitFor(10, TimeUnit.SECONDS))
                    .isTrue();
    }

    private void assertSound(long committed) {
        Verification found = Verifier.verify(run);
        assertThat(found.violations()).isEmpty();
        assertThat(found.steps()).isGreaterThanOrEqualTo(committed);
    }

    @Test
    void without_a_majority_nothing_is_committed_and_the_status_says_so_until_one_is_back() throws Exception {
        Process launcher = train();
        RunStatus sound = untilTrained(10);
        until("all three", status -> status.coordinators().size() == 3);
        signal("STOP", launcher.pid()); // so that it starts nobody again
        int leader = leader(sound);
        int first = (leader + 1) % 3;
        signal("KILL", pid(sound, first), pid(sound, (leader + 2) % 3));
        RunStatus alone = until("no quorum", status -> status.state().equals("no-quorum"));
        assertThat(leader(alone)).isNegative();
        assertThat(StatusText.of(alone)).contains("a majority of the coordinators is needed");
        assertThat(new Operator(run).status().committedStep()).isEqualTo(alone.committedStep());
        rubato("coordinator", "--run", run.toString(), "--id", Integer.toString(first), "--takeover");
        RunStatus again = untilTrained(alone.committedStep() + 10);
        killEverything();
        assertSound(again.committedStep());
    }

    @Test
    void a_leader_paused_past_its_lease_is_fenced_when_it_goes_on() throws Exception {
        train();
        RunStatus before = untilTrained(10);
        int paused = leader(before);
        signal("STOP", pid(before, paused));
        RunStatus other = until(
                "another leader",
                status -> leader(status) >= 0
                        && leader(status) != paused
                        && !status.workers().isEmpty());
        untilTrained(other.committedStep() + 10);
        signal("CONT", pid(before, paused));
        RunStatus after = untilTrained(other.committedStep() + 100);
        assertThat(leader(after)).isNotEqualTo(paused);
        killEverything();
        assertSound(after.committedStep());
    }

    @Test
    void after_everything_was_killed_a_resumed_run_goes_on_with_all_that_was_committed() throws Exception {
        train();
        RunStatus before = untilTrained(250);
        killEverything();
        rubato("train", "--resume", run.toString());
        RunStatus after = untilTrained(before.committedStep() + 20);
        killEverything();
        assertSound(after.committedStep());
        assertThat(Verifier.verify(run).rollbacks()).isZero();
    }

    @Test
    void coordinators_speak_tls_to_each_other_and_do_not_listen_beyond_this_machine_without_it() throws Exception {
        Process refused = train("--set", "coordinator.host=192.0.2.1");
        assertThat(refused.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(2);
        assertThat(Files.readString(home.resolve("out"), StandardCharsets.UTF_8))
                .contains("not encrypted");
        assertThat(run).doesNotExist();

        train("--set", "net.tls=true");
        RunStatus before = untilTrained(10);
        signal("KILL", pid(before, leader(before)));
        RunStatus after = until(
                "another leader",
                status -> leader(status) >= 0
                        && leader(status) != leader(before)
                        && status.committedStep() > before.committedStep() + 10);
        killEverything();
        assertSound(after.committedStep());
    }
}
