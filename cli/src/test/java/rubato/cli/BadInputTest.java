package rubato.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the real program says and does about wrong input: its exit code, one line (and a remedy) on standard error, nothing on
 * standard output, no run directory left.
 */
@Tag("process")
final class BadInputTest {
    private static final int ROWS = 200;
    private static final int PIXELS = 20;
    private static final long SECONDS = 60;
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final List<String> SETTINGS = List.of(
            "data.format=idx",
            "data.classes=2",
            "data.train-images=images",
            "data.train-labels=labels",
            "data.test-images=images",
            "data.test-labels=labels",
            "batch.initial=10",
            "stop.epochs=1");

    @TempDir
    static Path dir;

    private record Ended(int code, String out, List<String> errors) {}

    @BeforeAll
    static void files() throws IOException {
        byte[] images = images(0x803);
        write("images", images);
        write("labels", labels(1));
        write("label-9", labels(9));
        write("empty", new byte[0]);
        write("wrong-magic", images(0x903));
        byte[] zipped = gzip(images);
        write("truncated.gz", Arrays.copyOf(zipped, zipped.length / 2));
        write("short.csv", "a,b,y\n1,2,x\n3,4,z\n5,6\n7,8,x\n");
        StringBuilder rows = new StringBuilder("a,b,y\n");
        for (int i = 0; i < 40; i++)
            rows.append(i).append(i == 7 ? ",NaN," : ",1,").append(i % 2).append('\n');
        write("nan.csv", rows.toString());
        write("zero.svm", "+1 1:1 3:2\n-1 0:1 2:1\n");
        write("unsorted.svm", "+1 1:1 3:2\n-1 3:1 2:1\n");
        write("nan.svm", "+1 1:1 3:2\n-1 1:nan 2:1\n");
        write("empty.conf", "");
        write("token", "not a token");
    }

    private static byte[] images(int magic) {
        ByteBuffer bytes = ByteBuffer.allocate(16 + ROWS * PIXELS)
                .putInt(magic)
                .putInt(ROWS)
                .putInt(4)
                .putInt(5);
        for (int i = 0; bytes.hasRemaining(); i++) bytes.put((byte) (i * 37 + i / 11));
        return bytes.array();
    }

    /** Zeros, but for one label. */
    private static byte[] labels(int odd) {
        return ByteBuffer.allocate(8 + ROWS)
                .putInt(0x801)
                .putInt(ROWS)
                .put(15, (byte) odd)
                .array();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(plain);
        }
        return bytes.toByteArray();
    }

    private static void write(String name, byte[] bytes) throws IOException {
        Files.write(dir.resolve(name), bytes);
    }

    private static void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Ended train(String... settings) {
        List<String> arguments = new ArrayList<>(List.of("train", "-c", "empty.conf", "--run-dir", "run"));
        for (String setting : SETTINGS) arguments.addAll(List.of("--set", setting));
        for (String setting : settings) arguments.addAll(List.of("--set", setting));
        return run(arguments);
    }

    private static Ended run(List<String> arguments) {
        List<String> command = program(System.getProperty("java.class.path"));
        command.addAll(arguments);
        return ended(command, dir.resolve("data"));
    }

    private static List<String> program(String classPath) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ArrayList<>(
                List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath, "rubato.cli.Main"));
    }

    private static Ended ended(List<String> command, Path data) {
        Path out = dir.resolve("out");
        Path err = dir.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("RUBATO_DATA", data.toString());
        try {
            Process process = builder.start();
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("ended within %d s: %s", SECONDS, command)
                    .isTrue();
            return new Ended(process.exitValue(), Files.readString(out), Files.readAllLines(err));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertRefused(Ended ended, int code, String said) {
        assertThat(ended.errors()).as(ended.toString()).hasSizeBetween(1, 2);
        assertThat(ended.errors().get(0)).startsWith("rubato: ").contains(said);
        assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
        assertThat(dir.resolve("run")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data.train-images=none        | none: no such file",
                "data.train-images=empty       | empty: empty file",
                "data.train-images=truncated.gz| truncated.gz: truncated gzip",
                "data.train-images=wrong-magic | wrong-magic: wrong magic 0x00000903 at byte 0, expected 0x00000803",
                "data.train-labels=label-9     | label-9: label 9 of record 7 must be 0 .. 1",
            })
    void damaged_images_exit_1_and_say_where(String setting, String said) {
        Ended ended = train(setting);
        assertRefused(ended, 1, said);
        assertThat(ended.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "csv    | short.csv    | short.csv line 4: has 2 cells, the header 3",
                "csv    | nan.csv      | nan.csv line 9, column 'b': 'NaN' is not finite",
                "libsvm | zero.svm     | zero.svm line 2: index 0 must be >= 1",
                "libsvm | unsorted.svm | unsorted.svm line 2: index 2 must be greater than 3 before it",
                "libsvm | nan.svm      | nan.svm line 2: value 'nan' is not a number",
            })
    void damaged_tables_exit_1_and_name_the_line(String format, String file, String said) {
        assertRefused(train("data.format=" + format, "data.train=" + file), 1, said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch.initial=0              | batch.initial must be a whole number >= 1, was 0",
                "batch.initial=201            | batch.initial = 201 is larger than the training set, allowed 1..200",
                "bacth.initial=5              | unknown key 'bacth.initial'",
                "batch.policy=nois            | batch.policy must be one of fixed, noise-scale, goodput",
                "optimizer.learning-rate=-1   | optimizer.learning-rate must be a number >= 0",
                "shares.fixed=[0.5,0.5]       | shares.fixed must be empty unless shares.policy = fixed",
                "model.kind=mpl               | model.kind = mpl is unknown",
                "workers.threads=0            | workers.threads must be a whole number",
            })
    void a_wrong_configuration_exits_2_and_names_the_key(String setting, String said) {
        Ended ended = train(setting);
        assertRefused(ended, 2, said);
        assertThat(ended.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0.5,0.3,0.2] | must be one number per worker (workers.count = 2)",
                "[0.5,0.4]     | must be numbers with sum 1",
                "[1.5,-0.5]    | must be a number >= 0",
            })
    void shares_that_do_not_fit_exit_2(String shares, String said) {
        assertRefused(train("shares.policy=fixed", "shares.fixed=" + shares), 2, "shares.fixed " + said);
    }

    @Test
    void a_port_in_use_exits_1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertRefused(train("coordinator.port=" + port), 1, "port " + port + " on 127.0.0.1 is already in use");
        }
    }

    @Test
    void interfaces_that_this_machine_does_not_have_exit_2() {
        assertRefused(
                train("net.interfaces=[nosuch0,\"!docker0\"]"),
                2,
                "net.interfaces = [nosuch0, !docker0] matches no interface that is up; there are ");
    }

    @Test
    void a_rule_that_is_neither_interface_nor_network_exits_2() throws IOException {
        assertRefused(train("net.interfaces=[\"10.0.0.0/33\"]"), 2, "net.interfaces must be names of interfaces");
        write("any-token", "0123456789abcdef".repeat(4) + "\n");
        List<String> join =
                List.of("worker", "--join", "127.0.0.1:1", "--token-file", "any-token", "--interfaces", "a b");
        assertRefused(run(join), 2, "--interfaces must be names of interfaces, networks or exclusions, was [a b]");
    }

    @Test
    void an_ipv6_address_without_brackets_exits_2() throws IOException {
        write("one-token", "0123456789abcdef".repeat(4) + "\n");
        List<String> join = List.of("worker", "--join", "fd00::1:4000", "--token-file", "one-token");
        assertRefused(run(join), 2, "'fd00::1:4000' may be one address or an address and a port");
    }

    @Test
    void a_token_that_is_none_exits_1() {
        assertRefused(run(List.of("worker", "--join", "127.0.0.1:1", "--token-file", "token")), 1, "token");
    }

    @Test
    void a_worker_without_a_run_directory_exits_1_at_once() {
        assertRefused(run(List.of("worker", "--run", "nowhere")), 1, "no run directory nowhere");
    }

    @Test
    void a_worker_that_finds_no_coordinator_waits_as_long_as_the_run_says_then_exits_3() throws IOException {
        int free;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = probe.getLocalPort();
        }
        Files.createDirectory(dir.resolve("left"));
        write("left/config.conf", String.join("\n", SETTINGS) + "\ncoordinators.wait-seconds = 0.5");
        write("left/address", "127.0.0.1:" + free);
        write("left/token", "0123456789abcdef".repeat(4) + "\n");
        Ended ended = run(List.of("worker", "--run", "left"));
        assertThat(ended.errors()).as(ended.toString()).hasSize(3);
        assertThat(ended.errors().get(0))
                .startsWith("rubato: no coordinator yet")
                .contains("for up to 0.5 s");
        assertThat(ended.errors().get(1))
                .startsWith("rubato: no coordinator for 0.5 s")
                .contains("127.0.0.1:" + free);
        assertThat(ended.code()).isEqualTo(3);
    }

    @Test
    void a_run_directory_that_cannot_be_written_exits_2() throws IOException {
        assumeTrue(
                Files.isExecutable(SETPRIV) && "root".equals(System.getProperty("user.name")),
                "SKIPPED: needs root and setpriv, to become a user whom a directory refuses");
        Path closed = Files.createDirectory(dir.resolve("closed"));
        for (Path path : List.of(closed, dir)) {
            assertThat(path.toFile().setReadable(true, false)).isTrue();
            assertThat(path.toFile().setExecutable(true, false)).isTrue();
        }
        Path data = Files.createDirectory(dir.resolve("data-of-nobody"));
        assertThat(data.toFile().setWritable(true, false)).isTrue();
        assertThat(data.toFile().setExecutable(true, false)).isTrue();
        List<String> command = new ArrayList<>(List.of(SETPRIV.toString(), "--reuid=65534", "--regid=65534"));
        command.add("--clear-groups");
        command.addAll(program(readableClassPath()));
        command.addAll(List.of("train", "-c", "empty.conf", "--run-dir", "closed/run"));
        for (String setting : SETTINGS) command.addAll(List.of("--set", setting));
        Ended ended = ended(command, data);
        assertRefused(ended, 2, "cannot make run directory closed/run: permission denied");
        assertThat(closed).isEmptyDirectory();
        assertThat(data.toFile().setReadable(true, false)).isTrue();
    }

    /** Copies of all that is on the class path, where another user may read them. */
    private static String readableClassPath() throws IOException {
        Path copies = Files.createDirectory(dir.resolve("class-path"));
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            Path from = Path.of(entry);
            if (!Files.exists(from)) continue;
            Path to = copies.resolve(entries.size() + "-" + from.getFileName());
            copy(from, to);
            entries.add(to.toString());
        }
        return String.join(java.io.File.pathSeparator, entries);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList())
                Files.copy(each, to.resolve(from.relativize(each).toString()));
        }
    }
}
