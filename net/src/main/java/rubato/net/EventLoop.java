package rubato.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One thread around one selector: runs tasks, tells attachments that they are ready, ticks at least every 100 ms. */
final class EventLoop {
    private static final long TICK_MILLIS = 100;
    private static final long JOIN_MILLIS = 1_900;

    /** What is attached to a key. */
    interface Ready {
        void ready(SelectionKey key);
    }

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Runnable tick;
    private volatile boolean stopped;

    EventLoop(String name, Runnable tick) {
        this.tick = tick;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Selector selector() {
        return selector;
    }

    boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    void execute(Runnable task) {
        tasks.add(task);
        if (!inLoop()) selector.wakeup();
    }

    void stop() {
        stopped = true;
        selector.wakeup();
    }

    /** Waits for the end of the thread, at most 1.9 s. */
    void join() {
        if (inLoop()) return;
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void run() {
        try (selector) {
            while (!stopped) turn();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void turn() throws IOException {
        if (tasks.isEmpty()) selector.select(EventLoop::dispatch, TICK_MILLIS);
        else selector.selectNow(EventLoop::dispatch);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) task.run();
        tick.run();
    }

    private static void dispatch(SelectionKey key) {
        if (key.isValid()) ((Ready) key.attachment()).ready(key);
    }
}
