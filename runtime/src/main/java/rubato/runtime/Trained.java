package rubato.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import rubato.checkpoint.CheckpointStore;
import rubato.config.RunConfig;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.data.Split;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;
import rubato.model.ExactNoise;
import rubato.model.Model;
import rubato.step.Evaluation;

/** The model a run has trained: its newest good checkpoint, ready to evaluate, predict and measure. */
public record Trained(RunConfig config, Split data, Model model, float[] parameters, long step)
        implements AutoCloseable {
    /**
     * @param run the run's directory
     * @param other configuration whose data is taken in place of the run's own
     */
    public static Trained load(Path run, Optional<RunConfig> other, Path home, Consumer<String> progress) {
        RunDirectory directory = new RunDirectory(run);
        RunConfig own = RunConfig.load(Optional.of(directory.config()), List.of());
        List<Entry> history = LedgerReader.read(directory.ledger(), new RealDisk()).entries().stream()
                .map(Positioned::entry)
                .toList();
        CheckpointStore.Found found = new CheckpointStore(directory.checkpoints(), new RealDisk())
                .newestGood(Past.checkpoints(history))
                .orElseThrow(() -> RubatoException.failed(run + " has no checkpoint yet"));
        found.warnings().forEach(progress);
        Trained fresh = initial(own, other.orElse(own), home, progress);
        Replica replica = Setup.replica(own, fresh.model(), fresh.data());
        replica.restore(found.checkpoint(), found.registered().directory());
        return new Trained(
                own,
                fresh.data(),
                fresh.model(),
                replica.parameters(),
                found.registered().step());
    }

    /** A configuration's model at its initial parameters. */
    public static Trained initial(RunConfig config, Path home, Consumer<String> progress) {
        return initial(config, config, home, progress);
    }

    private static Trained initial(RunConfig config, RunConfig dataOf, Path home, Consumer<String> progress) {
        Split data = Setup.data(dataOf, home, progress);
        Model model = Setup.model(config, data);
        float[] parameters = new float[model.parameterCount()];
        model.initialize(parameters, config.run().seed());
        return new Trained(config, data, model, parameters, 0);
    }

    /** Loss and accuracy on the test set. */
    public Evaluation evaluate() {
        int[] all = java.util.stream.IntStream.range(0, data.test().size()).toArray();
        return model.evaluate("test", parameters, new Samples(data.test(), all, 0, all.length));
    }

    /** Class scores of the only sample of a set. */
    public float[] predict(Dataset one) {
        return model.predict(parameters, new Samples(one, new int[] {0}, 0, 1));
    }

    /** The exact noise scale over the training set. */
    public ExactNoise noise() {
        return ExactNoise.measure(model, parameters, data.train());
    }

    @Override
    public void close() {
        model.close();
    }
}
