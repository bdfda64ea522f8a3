package rubato.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import rubato.checkpoint.CheckpointStore;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.history.Entry;

/** Keeps the newest registered checkpoints of a run, by count and by age, and removes older ones. */
final class Retention implements Listener {
    private final CheckpointStore store;
    private final List<Entry.Checkpoint> registered;
    private final int keep;
    private final long keepForMillis;
    private final Consumer<Event> tell;

    /**
     * @param keepForMillis those not older than this are kept besides; 0 for none
     * @param tell is told of what cannot be removed
     */
    Retention(
            RunDirectory directory,
            List<Entry.Checkpoint> registered,
            int keep,
            long keepForMillis,
            Consumer<Event> tell) {
        this.store = new CheckpointStore(directory.checkpoints(), new RealDisk());
        this.registered = new ArrayList<>(registered);
        this.keep = keep;
        this.keepForMillis = keepForMillis;
        this.tell = tell;
    }

    @Override
    public void on(long epochMillis, Event event) {
        if (!(event instanceof Event.CheckpointStored stored)) return;
        registered.add(new Entry.Checkpoint(stored.step(), 0, stored.directory(), ""));
        try {
            store.prune(registered, keep, keepForMillis == 0 ? Long.MAX_VALUE : epochMillis - keepForMillis);
        } catch (RubatoException e) {
            tell.accept(new Event.Warning(String.valueOf(e.getMessage())));
        }
    }
}
