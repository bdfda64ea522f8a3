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
    static WorkerJvm of(RunConfig config, Path dataHome, Consumer<String> progress) {
        List<String> command = new ArrayList<>();
        Map<String, String> environment = new HashMap<>();
        String classPath = System.getProperty("java.class.path");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (hasVectors()) {
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        command.addAll(List.of("-XX:+UseSerialGC"));
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

    static boolean hasVectors() {
        return java.lang.module.ModuleFinder.ofSystem()
                .find("jdk.incubator.vector")
                .isPresent();
    }
}
