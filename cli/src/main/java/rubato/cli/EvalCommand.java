package rubato.cli;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import rubato.config.RunConfig;
import rubato.data.DataHome;
import rubato.runtime.Trained;
import rubato.step.Evaluation;

/** {@code rubato eval}: a run's newest checkpoint on a test set. */
@Command(name = "eval", description = "Evaluate a run's newest checkpoint on a test set.")
final class EvalCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Option(names = "--data", paramLabel = "NAME", description = "A known data set in place of the run's own.")
    private @Nullable String data;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    EvalCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        return Natives.around(RunConfigs.of(run), spec, console, this::evaluate);
    }

    private int evaluate() {
        try (Trained trained = Trained.load(run, otherData(), DataHome.directory(), console.err()::println)) {
            Evaluation test = trained.evaluate();
            JsonObject object = new JsonObject();
            object.addProperty("step", trained.step());
            object.addProperty("samples", test.samples());
            object.addProperty("test_loss", test.loss());
            object.addProperty("test_accuracy", test.accuracy());
            if (json) console.print(object.toString());
            else
                console.print(String.format(
                        "step %d on %d test samples of %s: loss %.4f, accuracy %.2f%%",
                        trained.step(), test.samples(), trained.data().name(), test.loss(), 100 * test.accuracy()));
        }
        return 0;
    }

    private Optional<RunConfig> otherData() {
        if (config.isFileGiven()) return Optional.of(config.load());
        if (data == null) return Optional.empty();
        return Optional.of(RunConfig.load(
                Optional.of(RunConfigs.file(run)), List.of("data.format=\"\"", "data.name=\"" + data + "\"")));
    }
}
