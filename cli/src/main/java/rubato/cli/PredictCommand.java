package rubato.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import rubato.data.DataHome;
import rubato.data.Dataset;
import rubato.error.RubatoException;
import rubato.runtime.Trained;

/** {@code rubato predict}: rows of features on standard input, a class and its scores for each on standard output. */
@Command(
        name = "predict",
        description = {
            "Predict the class of each row on standard input with a run's newest checkpoint.",
            "A row is every feature's value, apart by commas or blanks (pixels as 0..255), or INDEX:VALUE pairs counted from 1.",
            "Each line of the answer is the class and then the score of every class."
        })
final class PredictCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    PredictCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        return Natives.around(RunConfigs.of(run), spec, console, this::predict);
    }

    private int predict() {
        try (Trained trained = Trained.load(run, Optional.empty(), DataHome.directory(), line -> {});
                BufferedReader rows = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            int number = 0;
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                number++;
                if (!row.isBlank())
                    answer(trained, FeatureRow.parse(row, number, trained.data().train()));
            }
            return 0;
        } catch (IOException e) {
            throw RubatoException.failed("cannot read rows: " + e.getMessage(), e);
        }
    }

    private void answer(Trained trained, Dataset one) {
        float[] scores = trained.predict(one);
        int best = 0;
        for (int c = 1; c < scores.length; c++) if (scores[c] > scores[best]) best = c;
        StringBuilder line = new StringBuilder().append(best);
        for (float score : scores) line.append(' ').append(score);
        console.print(line.toString());
    }
}
