package rubato.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rubato.runtime.RunDirectory;
import rubato.verify.Verification;
import rubato.verify.Verifier;

/** {@code rubato verify}: reads a run's ledger and checkpoints independently and says what they prove. */
@Command(name = "verify", description = "Check that every sample counted exactly once and nothing was changed.")
final class VerifyCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        RunDirectory.existing(run, "ledger");
        Verification found = Verifier.verify(run);
        if (json) console.print(found.toJson());
        else text(found);
        return found.ok() ? 0 : 1;
    }

    private void text(Verification found) {
        found.violations().forEach(violation -> console.print("violation: " + violation));
        found.epochs()
                .forEach(epoch -> console.print("epoch " + epoch.epoch() + ": " + epoch.samples() + " samples, "
                        + (epoch.complete() ? "complete" : "cut short") + ", "
                        + (epoch.exactlyOnce() ? "each exactly once" : "NOT exactly once")));
        console.print((found.ok() ? "ok: " : "NOT ok: " + found.violations().size() + " violations; ") + found.steps()
                + " steps, " + found.generations() + " generations, " + found.rollbacks() + " rollbacks");
    }
}
