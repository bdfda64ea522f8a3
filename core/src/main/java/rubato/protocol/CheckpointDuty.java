package rubato.protocol;

import java.util.List;
import rubato.world.Generation;

/**
 * What a rank has to do about checkpoints in a generation.
 *
 * @param storers ranks that write parts
 * @param checkpointed last step with a registered checkpoint, −1 for none
 * @param owed whether one that was due is still owed
 */
record CheckpointDuty(Generation generation, int rank, List<Integer> storers, long checkpointed, boolean owed) {
    static final CheckpointDuty NONE = new CheckpointDuty(Generation.NONE, -1, List.of(), -1, false);

    CheckpointDuty {
        storers = List.copyOf(storers);
    }

    /** This rank's part of a checkpoint of a step, if it writes one. */
    List<WorkerAction> store(long step) {
        int part = storers.indexOf(rank);
        return part < 0 ? List.of() : List.of(new WorkerAction.Store(generation, step, part, storers.size()));
    }

    /** This rank's part of the checkpoint training ends with, unless there is one. */
    List<WorkerAction> storeLast(long step) {
        boolean stored = step == checkpointed && step > 0;
        return stored ? List.of() : store(step);
    }
}
