package rubato.runtime;

import java.nio.file.Path;
import rubato.error.RubatoException;

/** The worker process of tests: {@code worker --run DIR --name NAME}, as the command line has it. */
public final class TestWorker {
    private TestWorker() {}

    public static void main(String[] args) {
        Path run = Path.of(args[2]);
        try {
            System.exit(WorkerStart.run(
                    () -> Endpoint.read(run),
                    args[4],
                    args.length > 5,
                    "test",
                    run,
                    Path.of(System.getProperty("data.home")),
                    Reach.LOCAL));
        } catch (RubatoException e) {
            System.out.println(e.getMessage());
            System.exit(e.kind().exitCode());
        }
    }
}
