package rubato.sim;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import rubato.error.RubatoException;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;

/** A worker's parts of checkpoints: each is digested by its writer; the whole is on the disk once the first of them completes it. */
final class SimulatedCheckpoints {
    private final Stage stage;
    private final Worker machine;
    private final SimulatedReplica replica;
    private final SimulatedThread thread;
    private final NavigableMap<Long, SimulatedReplica.Snapshot> copies = new TreeMap<>();

    SimulatedCheckpoints(Stage stage, Worker machine, SimulatedReplica replica, SimulatedThread thread) {
        this.stage = stage;
        this.machine = machine;
        this.replica = replica;
        this.thread = thread;
    }

    void store(WorkerAction.Store store) {
        SimulatedReplica.Snapshot copy = replica.snapshot(machine.state());
        copies.put(store.step(), copy);
        long hash = copy.name().hash();
        thread.later(
                stage.about(20 * Scenario.MS),
                () -> thread.take(() -> machine.partStored(store, hash, List.of(hash + "/" + store.part()))));
    }

    void complete(WorkerAction.Complete complete) {
        SimulatedReplica.Snapshot copy = copies.get(complete.step());
        if (copy != null) thread.later(stage.about(10 * Scenario.MS), () -> write(complete, copy));
    }

    private void write(WorkerAction.Complete complete, SimulatedReplica.Snapshot copy) {
        long step = complete.step();
        try {
            String sha256 = SavedState.store(stage, copy, complete.generation());
            copies.headMap(step, true).clear();
            thread.take(() -> machine.stored(
                    complete.generation(), step, copy.name().hash(), SavedState.directory(step), sha256));
        } catch (RubatoException e) {
            thread.take(() -> machine.notStored(complete.generation(), step, String.valueOf(e.getMessage())));
        }
    }

    void abandon(WorkerAction.Abandon abandon) {
        copies.remove(abandon.step());
    }
}
