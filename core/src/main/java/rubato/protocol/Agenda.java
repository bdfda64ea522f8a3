package rubato.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's training thread has to do, in order: one action at a time, and whatever happened meanwhile taken in before the next.
 * Only {@link #happened} may be called by other threads, if the queue given is made for that.
 */
public final class Agenda {
    private final Queue<Supplier<List<WorkerAction>>> events;
    private final Deque<WorkerAction> actions = new ArrayDeque<>();

    /** @param events where what happened waits to be taken in */
    public Agenda(Queue<Supplier<List<WorkerAction>>> events) {
        this.events = events;
    }

    /** Something happened; asked on the training thread what comes of it. */
    public void happened(Supplier<List<WorkerAction>> event) {
        events.add(event);
    }

    /** These are to be done after what there is to do already. */
    public void add(List<WorkerAction> next) {
        actions.addAll(next);
    }

    /** Takes in what has happened, then gives the next action, null if there is nothing to do. */
    public @Nullable WorkerAction next() {
        Supplier<List<WorkerAction>> event;
        while ((event = events.poll()) != null) add(event.get());
        return actions.poll();
    }
}
