package rubato.cli;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import rubato.data.DataHome;
import rubato.model.ExactNoise;
import rubato.runtime.Trained;

/** {@code rubato measure}: what training rests on, measured exactly. */
@Command(name = "measure", description = "Measure something exactly.", subcommands = MeasureCommand.NoiseScale.class)
final class MeasureCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to measure: noise-scale");
    }

    /** {@code rubato measure noise-scale}: over the whole training set, at the initial parameters or a checkpoint's. */
    @Command(name = "noise-scale", description = "Gradient noise scale over the whole training set.")
    static final class NoiseScale implements Callable<Integer> {
        private final Console console;

        @Spec
        private CommandSpec spec;

        @Mixin
        private ConfigOptions config = new ConfigOptions();

        @Option(names = "--checkpoint", paramLabel = "DIR", description = "Run whose newest checkpoint to measure at.")
        private @Nullable Path checkpoint;

        @Option(names = "--json", description = "Print it as JSON.")
        private boolean json;

        NoiseScale(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() {
            if (checkpoint != null && config.isFileGiven()) {
                throw new ParameterException(spec.commandLine(), "either -c CONFIG or --checkpoint DIR");
            }
            return Natives.around(
                    checkpoint != null ? RunConfigs.of(checkpoint) : config.load(), spec, console, this::measure);
        }

        private int measure() {
            Path home = DataHome.directory();
            try (Trained at = checkpoint != null
                    ? Trained.load(checkpoint, Optional.empty(), home, console.err()::println)
                    : Trained.initial(config.load(), home, console.err()::println)) {
                print(at.noise());
            }
            return 0;
        }

        private void print(ExactNoise noise) {
            JsonObject object = new JsonObject();
            object.addProperty("n", noise.n());
            object.addProperty("gradient_norm2", noise.gradientNorm2());
            object.addProperty("trace_covariance", noise.traceCovariance());
            object.addProperty("noise_scale", noise.noiseScale());
            if (json) console.print(object.toString());
            else
                object.entrySet()
                        .forEach(entry -> console.print(String.format("%-17s %s", entry.getKey(), entry.getValue())));
        }
    }
}
