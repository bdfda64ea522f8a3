package rubato.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import rubato.config.RunConfig;
import rubato.djl.DjlEnvironment;
import rubato.djl.DjlModelProvider;
import rubato.djl.DjlNatives;

/** How worker processes are started: the same JVM as this, the vector kernels, and PyTorch's native part where the model needs it. */
record WorkerJvm(List<String> command, Map<String, String> environment) {
    /**
     * The optimizing compiler takes up a method after four times as many calls as usual: what a step repeats gets there all the same, and
     * a worker that has just started spends a quarter less on compiling what it needs only now and then.
     */
    private static final List<String> LATE_COMPILATION = List.of(
            "-XX:Tier4InvocationThreshold=20000",
            "-XX:Tier4MinInvocationThreshold=2000",
            "-XX:Tier4CompileThreshold=40000");

    /**
     * What is as large as a model goes to where old objects are at once: a young one would be copied there by a pause of a tenth of a second for
     * every 50 MB, with all members waiting.
     */
    private static final String LARGE_IS_OLD = "-XX:PretenureSizeThreshold=4m";

    static WorkerJvm of(RunConfig config, Path dataHome, Consumer<String> progress) {
        List<String> command = new ArrayList<>();
        Map<String, String> environment = new HashMap<>();
        String classPath = System.getProperty("java.class.path");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(vectors());
        command.add("-XX:+UseSerialGC");
        command.add(LARGE_IS_OLD);
        command.addAll(LATE_COMPILATION);
        if (new DjlModelProvider().accepts(config.model().kind())) {
            for (Path jar : DjlNatives.ensure(dataHome, progress))
                classPath += System.getProperty("path.separator") + jar;
            command.addAll(DjlEnvironment.jvmArgs(dataHome));
            environment.putAll(DjlEnvironment.environment());
        }
        command.addAll(config.workers().jvmArgs());
        command.addAll(List.of("-cp", classPath, Main.class.getName()));
        return new WorkerJvm(command, environment);
    }

    /** Arguments with which the vector kernels load; none where this JVM has no vectors. */
    static List<String> vectors() {
        return hasVectors() ? List.of("--add-modules", "jdk.incubator.vector") : List.of();
    }

    private static boolean hasVectors() {
        return java.lang.module.ModuleFinder.ofSystem()
                .find("jdk.incubator.vector")
                .isPresent();
    }
}
