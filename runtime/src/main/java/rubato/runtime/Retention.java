package rubato.runtime;

import java.util.ArrayList;
import java.util.List;
import rubato.checkpoint.CheckpointStore;
import rubato.disk.RealDisk;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.history.Entry;

/** Keeps the newest registered checkpoints of a run and removes older ones. */
final class Retention implements Listener {
    private final CheckpointStore store;
    private final List<Entry.Checkpoint> registered;
    private final int keep;

    Retention(RunDirectory directory, List<Entry.Checkpoint> registered, int keep) {
        this.store = new CheckpointStore(directory.checkpoints(), new RealDisk());
        this.registered = new ArrayList<>(registered);
        this.keep = keep;
    }

    @Override
    public void on(long epochMillis, Event event) {
        if (!(event instanceof Event.CheckpointStored stored)) return;
        registered.add(new Entry.Checkpoint(stored.step(), 0, stored.directory(), ""));
        store.prune(registered, keep);
    }
}
