package rubato.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import rubato.checkpoint.CheckpointStore;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;

/** A run's weights as one file others can read. */
public final class Export {
    private Export() {}

    /**
     * Writes the weights of the newest good checkpoint, or of the one of a step, as safetensors.
     *
     * @param progress told of newer checkpoints that cannot be used
     * @return the step they are of
     */
    public static long weights(Path run, OptionalLong step, Path file, Consumer<String> progress) {
        RunDirectory directory = new RunDirectory(run);
        List<Entry> history = LedgerReader.read(directory.ledger(), new RealDisk()).entries().stream()
                .map(Positioned::entry)
                .toList();
        List<Entry.Checkpoint> wanted = Past.checkpoints(history).stream()
                .filter(point -> step.isEmpty() || point.step() == step.getAsLong())
                .toList();
        CheckpointStore store = new CheckpointStore(directory.checkpoints(), new RealDisk());
        CheckpointStore.Found found = store.newestGood(wanted)
                .orElseThrow(() -> RubatoException.failed(
                        run + " has no checkpoint" + (step.isEmpty() ? " yet" : " of step " + step.getAsLong())));
        found.warnings().forEach(progress);
        store.export(store.place(found.registered()), CheckpointStore.MODEL_FILE, file);
        return found.registered().step();
    }
}
