package rubato.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import rubato.data.DataHome;
import rubato.net.InterfaceChoice;
import rubato.runtime.JoinRendezvous;
import rubato.runtime.Rendezvous;
import rubato.runtime.RunRendezvous;
import rubato.runtime.WorkerStart;

/** {@code rubato worker}: joins a run and trains until it ends. */
@Command(name = "worker", description = "Join a run as a worker and train until it ends.")
final class WorkerCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Option(names = "--run", paramLabel = "DIR", description = "Directory of a run on this machine.")
    private @Nullable Path run;

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT",
            description = "Address of a run's coordinator; needs --token-file.")
    private @Nullable String join;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File with the run's token.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--tls-dir",
            paramLabel = "DIR",
            description = "The run's certificates for workers, where it runs with net.tls.")
    private @Nullable Path tlsDirectory;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of this worker; ranks follow the order of names.")
    private @Nullable String name;

    @Option(names = "--standby", description = "Wait until a worker is missing, then take its place.")
    private boolean standby;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Address of this machine where peers reach this worker, and from which it reaches others.")
    private String host = WorkerStart.HOST;

    @Option(
            names = "--interfaces",
            paramLabel = "NAME",
            split = ",",
            description = "Where this worker listens, in place of the run's net.interfaces: names (eth0), networks"
                    + " (10.0.0.0/8), exclusions (!docker0).")
    private List<String> interfaces = List.of();

    WorkerCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        String worker =
                name != null ? name : "worker-" + ProcessHandle.current().pid();
        if (!InterfaceChoice.isValid(interfaces))
            throw new ParameterException(
                    spec.commandLine(),
                    "--interfaces must be names of interfaces, networks or exclusions, was " + interfaces);
        return WorkerStart.run(
                rendezvous(), worker, standby, host, interfaces, Version.software(), directory(), DataHome.directory());
    }

    private Rendezvous rendezvous() {
        Consumer<String> tell = line -> console.err().println("rubato: " + line);
        if (run != null && join == null) return new RunRendezvous(run, tell);
        if (join == null || tokenFile == null || run != null) {
            throw new ParameterException(
                    spec.commandLine(), "either --run DIR, or --join HOST:PORT with --token-file FILE");
        }
        return new JoinRendezvous(join, tokenFile, Optional.ofNullable(tlsDirectory), tell);
    }

    /** Where it finds checkpoints: the run directory, or beside the token, which lies there. */
    private Path directory() {
        if (run != null) return run;
        Path beside = tokenFile == null ? null : tokenFile.toAbsolutePath().getParent();
        return beside == null ? Path.of(".") : beside;
    }
}
