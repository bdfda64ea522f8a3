package rubato.runtime;

import java.nio.file.Path;
import java.util.List;
import rubato.error.RubatoException;

/** The worker process of tests: {@code worker --run DIR --name NAME}, as the command line has it. */
public final class TestWorker {
    /** Environment variable: the worker that has no file system in common with the run. */
    static final String APART = "RUBATO_TEST_APART";

    private TestWorker() {}

    public static void main(String[] args) {
        Path run = Path.of(args[2]);
        TroubledModel.worker = args[4];
        TroubledModel.run = run;
        try {
            boolean apart = args[4].equals(System.getenv(APART));
            System.exit(WorkerStart.run(
                    () -> Endpoint.read(run),
                    args[4],
                    args.length > 5,
                    WorkerStart.HOST,
                    List.of(),
                    "test",
                    apart ? run.resolve("nowhere") : run,
                    Path.of(System.getProperty("data.home"))));
        } catch (RubatoException e) {
            System.out.println(e.getMessage());
            System.exit(e.kind().exitCode());
        }
    }
}
