package rubato.runtime;

import rubato.error.RubatoException;
import rubato.protocol.Agenda;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.world.Generation;

/** A worker's parts of checkpoints: written in the background while training goes on, and each outcome told on the training thread. */
final class CheckpointWork {
    private final Worker worker;
    private final Trainee trainee;
    private final Agenda agenda;

    CheckpointWork(Worker worker, Trainee trainee, Agenda agenda) {
        this.worker = worker;
        this.trainee = trainee;
        this.agenda = agenda;
    }

    /** Writes this worker's part of a checkpoint of the present state. */
    void store(WorkerAction.Store store) {
        trainee.store(
                store,
                (hash, digests) -> agenda.happened(() -> worker.partStored(store, hash, digests)),
                error -> notStored(store.generation(), store.step(), error));
    }

    /** Completes a checkpoint of which all parts are whole. */
    void complete(WorkerAction.Complete complete) {
        Generation by = complete.generation();
        long step = complete.step();
        trainee.checkpoints()
                .complete(
                        complete,
                        stored -> agenda.happened(() ->
                                worker.stored(by, step, stored.hash(), stored.directory(), stored.manifestSha256())),
                        error -> notStored(by, step, error));
    }

    /** Removes what there is of a checkpoint. */
    void abandon(WorkerAction.Abandon abandon) {
        trainee.checkpoints().abandon(abandon);
    }

    private void notStored(Generation by, long step, RubatoException error) {
        agenda.happened(() -> worker.notStored(by, step, String.valueOf(error.getMessage())));
    }
}
