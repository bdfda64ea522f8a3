package rubato.testkit;

import java.util.PriorityQueue;

/** What will happen and when, on a virtual clock; events of one moment happen in the order they were planned. One thread. */
public final class EventQueue {
    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long planned;
    private long happened;

    public long nanos() {
        return now;
    }

    /** Events so far. */
    public long happened() {
        return happened;
    }

    public void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(now, nanos), planned++, action));
    }

    public void after(long delayNanos, Runnable action) {
        at(now + delayNanos, action);
    }

    /** Lets the next event happen; false if there is none. */
    public boolean step() {
        Event next = events.poll();
        if (next == null) return false;
        now = next.at();
        happened++;
        next.action().run();
        return true;
    }
}
