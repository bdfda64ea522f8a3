package rubato.sim;

import java.util.List;
import java.util.Map;
import rubato.checkpoint.Checkpoint;
import rubato.checkpoint.CheckpointStore;
import rubato.codec.CodecException;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;

/** A simulated replica in real checkpoint files. */
final class SavedState {
    private static final RecordCodec<SimulatedReplica.Snapshot> CODEC = RecordCodec.of(SimulatedReplica.Snapshot.class);

    private SavedState() {}

    static String directory(long step) {
        return CheckpointStore.directoryName(step);
    }

    /** @return digest of the manifest */
    static String store(Stage stage, SimulatedReplica.Snapshot snapshot) {
        Checkpoint.Tensor tensor =
                new Checkpoint.Tensor("word", List.of(1), new float[] {Float.intBitsToFloat((int) snapshot.word())}, 0);
        return stage.store.write(new Checkpoint(snapshot.name(), List.of(tensor), CODEC.encode(snapshot)), Map.of());
    }

    static void load(Stage stage, String directory, SimulatedReplica into) {
        Checkpoint checkpoint = stage.store.load(Stage.CHECKPOINTS.resolve(directory));
        try {
            into.restore(CODEC.decode(checkpoint.replica()));
        } catch (CodecException e) {
            throw RubatoException.failed("checkpoint " + directory + ": " + e.getMessage());
        }
    }
}
