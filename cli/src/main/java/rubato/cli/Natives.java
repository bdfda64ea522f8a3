package rubato.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import picocli.CommandLine.Model.CommandSpec;
import rubato.config.RunConfig;
import rubato.data.DataHome;
import rubato.djl.DjlModelProvider;
import rubato.error.RubatoException;

/** Commands that compute with the model in this process; one that needs PyTorch's native part runs in a child that has it. */
final class Natives {
    private static final String CHILD = "rubato.child";

    private Natives() {}

    static int around(RunConfig config, CommandSpec spec, Console console, IntSupplier work) {
        boolean needed = new DjlModelProvider().accepts(config.model().kind()) && System.getProperty(CHILD) == null;
        return needed ? inChild(config, spec, console) : work.getAsInt();
    }

    private static int inChild(RunConfig config, CommandSpec spec, Console console) {
        WorkerJvm jvm = WorkerJvm.of(config, DataHome.directory(), console.err()::println);
        List<String> command = new ArrayList<>(jvm.command());
        command.add(command.indexOf("-cp"), "-D" + CHILD + "=true");
        command.addAll(spec.root().commandLine().getParseResult().originalArgs());
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(jvm.environment());
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw RubatoException.failed("cannot start a JVM with PyTorch: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }
}
