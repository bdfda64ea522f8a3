package rubato.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import rubato.error.RubatoException;

/** The contract of the command line: exit codes, one line on standard error, nothing else on standard output. */
final class CommandLineTest {
    private record Ended(int code, String out, String err) {
        List<String> errorLines() {
            return err.lines().toList();
        }
    }

    private static Ended rubato(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(args, stream(out), stream(err));
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Test
    void the_version_is_one_line_on_standard_output() {
        Ended ended = rubato("--version");
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).startsWith("rubato ").doesNotContain("${").hasLineCount(1);
        assertThat(ended.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "worker",
                "verify",
                "show",
                "runs",
                "replay",
                "chaos",
                "measure",
                "measure noise-scale",
                "eval",
                "predict",
                "export",
                "data",
                "data list",
                "data get"
            })
    void every_command_has_help(String command) {
        Ended ended = rubato((command + " --help").split(" "));
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).startsWith("Usage: rubato " + command);
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void wrong_usage_is_a_line_and_where_to_look() {
        for (String args : List.of("", "trian", "train --jsn", "replay", "data", "measure", "data get", "worker")) {
            Ended ended = rubato(args.isEmpty() ? new String[0] : args.split(" "));
            assertThat(ended.code()).as(args).isEqualTo(2);
            assertThat(ended.out()).as(args).isEmpty();
            assertThat(ended.errorLines()).as(args).hasSize(2);
            assertThat(ended.errorLines().get(0)).as(args).startsWith("rubato: ");
            assertThat(ended.errorLines().get(1))
                    .as(args)
                    .startsWith("see rubato")
                    .endsWith("--help");
        }
    }

    @Test
    void a_bad_configuration_is_one_line_and_leaves_nothing_behind(@TempDir Path dir) throws IOException {
        Path run = dir.resolve("run");
        Path config = Files.writeString(dir.resolve("a.conf"), "data.name = fashion-mnist\nbatch.inital = 3\n");
        Ended ended = rubato("train", "-c", config.toString(), "--run-dir", run.toString());
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err())
                .isEqualToIgnoringNewLines(
                        "rubato: unknown key 'batch.inital' (a.conf:2), the nearest known one is 'batch.initial'");
        assertThat(run).doesNotExist();
    }

    @Test
    void bad_values_given_with_set_exit_2() {
        for (String set : List.of("batch.initial=0", "workers.count=0", "batch.policy=magic", "shares.policy=fixed")) {
            Ended ended = rubato("train", "--set", set);
            assertThat(ended.code()).as(set).isEqualTo(2);
            assertThat(ended.errorLines()).as(set).hasSize(1);
            assertThat(ended.err()).as(set).contains(set.substring(0, set.indexOf('.')));
        }
    }

    @Test
    void missing_data_exits_1(@TempDir Path dir) {
        Path none = dir.resolve("none.svm");
        Ended ended = rubato(
                "train",
                "--run-dir",
                dir.resolve("run").toString(),
                "--set",
                "data.format=libsvm",
                "--set",
                "data.train=\"" + none + "\"");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("none.svm").doesNotContain("\tat ");
        assertThat(ended.errorLines().size()).isLessThanOrEqualTo(2);
        assertThat(dir.resolve("run")).doesNotExist();
    }

    @Test
    void a_directory_that_is_no_run_is_one_line_and_where_runs_are(@TempDir Path dir) {
        for (String command : List.of("verify", "show", "eval", "predict")) {
            Ended ended = rubato(command, dir.toString());
            assertThat(ended.code()).as(command).isEqualTo(1);
            assertThat(ended.errorLines()).as(command).hasSize(2);
            assertThat(ended.err()).as(command).startsWith("rubato: ").contains("not a run directory", "rubato runs");
        }
    }

    @Test
    void json_is_all_there_is_on_standard_output() {
        Ended ended = rubato("data", "list", "--json");
        assertThat(ended.code()).isZero();
        assertThat(JsonParser.parseString(ended.out()).getAsJsonArray()).isNotEmpty();
    }

    /** Fails as it is told to. */
    @Command(name = "fail")
    private record Failing(RuntimeException with) implements Runnable {
        @Override
        public void run() {
            throw with;
        }
    }

    private static Ended failing(RuntimeException with, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(stream(err), stream(err));
        CommandLine line = new CommandLine(new RubatoCommand(), new Commands(console));
        line.addSubcommand(new Failing(with));
        int code = line.setExecutionExceptionHandler(new Errors(console)).execute(args);
        return new Ended(code, "", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void each_kind_of_failure_has_its_exit_code() {
        assertThat(failing(RubatoException.failed("a"), "fail").code()).isEqualTo(1);
        assertThat(failing(RubatoException.usage("a"), "fail").code()).isEqualTo(2);
        assertThat(failing(RubatoException.lost("a"), "fail").code()).isEqualTo(3);
        assertThat(failing(RubatoException.diverged("a"), "fail").code()).isEqualTo(4);
    }

    @Test
    void a_remedy_is_the_second_line_and_line_breaks_are_taken_out() {
        Ended ended = failing(RubatoException.failed("one\n two").remedy("do\nthis"), "fail");
        assertThat(ended.errorLines()).containsExactly("rubato: one two", "do this");
    }

    @Test
    void an_unexpected_error_is_one_line_and_its_trace_only_with_debug() {
        RuntimeException broken = new IllegalStateException("broken");
        Ended quiet = failing(broken, "fail");
        assertThat(quiet.code()).isEqualTo(1);
        assertThat(quiet.errorLines()).hasSize(1);
        assertThat(quiet.err()).contains("internal error").contains("broken").contains("--debug");
        assertThat(failing(broken, "fail", "--debug").err()).contains("\tat ");
    }
}
