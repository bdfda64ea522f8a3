package rubato.event;

/** Hears of events in order, on one thread; must not block for long, and nothing it does changes the run. */
@FunctionalInterface
public interface Listener {
    void on(long epochMillis, Event event);
}
