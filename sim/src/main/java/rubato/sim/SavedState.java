package rubato.sim;

import java.util.List;
import java.util.Map;
import rubato.checkpoint.Checkpoint;
import rubato.checkpoint.CheckpointStore;
import rubato.codec.CodecException;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;
import rubato.protocol.Recipe;
import rubato.world.Generation;

/** A simulated replica in real checkpoint files. */
final class SavedState {
    private static final RecordCodec<SimulatedReplica.Snapshot> CODEC = RecordCodec.of(SimulatedReplica.Snapshot.class);

    private SavedState() {}

    static String directory(long step) {
        return CheckpointStore.directoryName(step);
    }

    /** @return digest of the manifest */
    static String store(Stage stage, SimulatedReplica.Snapshot snapshot, Generation by) {
        Checkpoint.Tensor tensor =
                new Checkpoint.Tensor("word", List.of(1), new float[] {Float.intBitsToFloat((int) snapshot.word())}, 0);
        Checkpoint checkpoint = new Checkpoint(snapshot.name(), List.of(tensor), CODEC.encode(snapshot));
        return stage.store.write(checkpoint, by, Map.of());
    }

    static void load(Stage stage, Recipe recipe, SimulatedReplica into) {
        String directory = recipe.checkpoint();
        Checkpoint checkpoint = stage.store.load(Stage.CHECKPOINTS.resolve(directory));
        if (checkpoint.name().hash() != recipe.hash())
            throw RubatoException.failed("checkpoint " + directory + " holds " + checkpoint.name());
        try {
            into.restore(CODEC.decode(checkpoint.replica()));
        } catch (CodecException e) {
            throw RubatoException.failed("checkpoint " + directory + ": " + e.getMessage());
        }
    }
}
