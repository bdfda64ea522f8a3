package rubato.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants every bug of the list, each by itself, in classes beside the real ones, and lets the tests hunt it; with {@code planted.only}
 * those alone whose name has that in it.
 */
@Tag("slow")
class PlantedBugsTest {
    private static final List<String> HUNTERS = List.of(
            "rubato.protocol.ProtocolTest",
            "rubato.protocol.WorkerTest",
            "rubato.protocol.AccountsTest",
            "rubato.protocol.AdmissionTest",
            "rubato.protocol.DisputeTest",
            "rubato.protocol.BallotTest",
            "rubato.protocol.LivenessTest",
            "rubato.protocol.ComplaintsTest",
            "rubato.protocol.CheckpointProtocolTest",
            "rubato.protocol.ResidualTest",
            "rubato.step.CursorTest",
            "rubato.plan.SharesTest",
            "rubato.ledger.FileLedgerTest",
            "rubato.ledger.TailTest",
            "rubato.ledger.FaultTest",
            "rubato.checkpoint.CheckpointFaultTest",
            "rubato.checkpoint.CheckpointStoreTest",
            "rubato.verify.DamageTest",
            "rubato.sim.TortureTest",
            "rubato.sim.ExplorationTest");

    private static final List<String> MODULES = List.of("core", "net", "state", "testkit", "sim");
    private static final int SEED = 7;
    private static final int SCHEDULES = 3000;
    private static final long SECONDS = 240;
    /** Once somebody has caught a bug the others have so long in all. */
    private static final long SECONDS_IF_CAUGHT = 40;

    private static final String ONLY = System.getProperty("planted.only", "");

    @TempDir
    Path place;

    private final Path root = PlantedBug.root();

    private String classPath() {
        List<String> parts = new ArrayList<>();
        for (String module : MODULES) {
            parts.add(root.resolve(module + "/target/classes").toString());
            parts.add(root.resolve(module + "/target/test-classes").toString());
        }
        String own = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String jar : own.split(File.pathSeparator)) if (jar.endsWith(".jar")) parts.add(jar);
        return String.join(File.pathSeparator, parts);
    }

    private void compile(PlantedBug bug, Path into) throws IOException {
        Path source = into.resolve("source").resolve(bug.file());
        Files.createDirectories(source.getParent());
        Files.writeString(source, bug.planted(root));
        Path classes = Files.createDirectories(into.resolve("classes"));
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-nowarn",
                        "-parameters",
                        "-cp",
                        classPath(),
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(code).as("'%s' compiles", bug.name()).isZero();
    }

    private List<String> hunt(Path classes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx1g",
                "-cp",
                classes + File.pathSeparator + classPath(),
                Hunt.class.getName(),
                String.valueOf(SEED),
                String.valueOf(SCHEDULES)));
        command.addAll(HUNTERS);
        Path output = classes.resolve("output.txt");
        Process hunters = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = false;
        List<String> caught = List.of();
        try {
            ended = hunters.waitFor(SECONDS_IF_CAUGHT, TimeUnit.SECONDS);
            caught = caught(output);
            if (!ended && caught.isEmpty()) {
                ended = hunters.waitFor(SECONDS - SECONDS_IF_CAUGHT, TimeUnit.SECONDS);
                caught = caught(output);
            }
        } finally {
            if (!ended) hunters.destroyForcibly();
        }
        return ended || !caught.isEmpty() ? caught : List.of("the tests hang");
    }

    private static List<String> caught(Path output) throws IOException {
        return Files.readAllLines(output).stream()
                .filter(line -> line.startsWith("CAUGHT "))
                .map(line -> line.substring(7))
                .toList();
    }

    /** One hunt per core at a time, told in the order of the list. */
    @Test
    void every_planted_bug_is_caught() throws Exception {
        List<PlantedBug> all = PlantedBug.all();
        List<PlantedBug> bugs =
                all.stream().filter(bug -> bug.name().contains(ONLY)).toList();
        List<String> missed = new ArrayList<>();
        StringBuilder table = new StringBuilder("| planted bug | caught by |\n|---|---|\n");
        ExecutorService hunts =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            List<Future<List<String>>> outcomes = new ArrayList<>();
            for (int i = 0; i < bugs.size(); i++) compile(bugs.get(i), place.resolve("bug-" + i));
            for (int i = 0; i < bugs.size(); i++) {
                Path classes = place.resolve("bug-" + i).resolve("classes");
                outcomes.add(hunts.submit(() -> hunt(classes)));
            }
            for (int i = 0; i < bugs.size(); i++) {
                List<String> caught = outcomes.get(i).get();
                if (caught.isEmpty()) missed.add(bugs.get(i).name());
                String row = row(bugs.get(i), caught);
                System.out.println(row);
                table.append(row).append('\n');
            }
        } finally {
            hunts.shutdownNow();
        }
        String score = (bugs.size() - missed.size()) + " of " + bugs.size() + " planted bugs caught";
        System.out.println(score);
        Files.writeString(root.resolve("sim/target/planted-bugs.md"), table + "\n" + score + "\n");
        assertThat(all).hasSizeGreaterThanOrEqualTo(20);
        assertThat(bugs).isNotEmpty();
        assertThat(missed).isEmpty();
    }

    private static String row(PlantedBug bug, List<String> caught) {
        if (caught.isEmpty()) return "| " + bug.name() + " | **nobody** |";
        String more = caught.size() > 4 ? "; and " + (caught.size() - 4) + " more" : "";
        return "| " + bug.name() + " | " + caught.stream().limit(4).collect(Collectors.joining("; ")) + more + " |";
    }
}
