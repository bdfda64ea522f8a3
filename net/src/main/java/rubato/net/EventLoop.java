package rubato.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

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
    /** Guarded by itself, with over. */
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    private boolean over;
    private final Runnable tick;
    private final Runnable ended;
    private volatile boolean stopped;

    EventLoop(String name, Runnable tick, Runnable ended) {
        this.tick = tick;
        this.ended = ended;
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

    /** @return false if the loop has ended, and the task will not run */
    boolean execute(Runnable task) {
        synchronized (tasks) {
            if (over) return false;
            tasks.add(task);
        }
        if (!inLoop()) selector.wakeup();
        return true;
    }

    /** Tells of a fault in a callback without ending the loop. */
    static void report(RuntimeException e) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
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
            turnAndFinish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Finishes while the selector is open: what is closed before it gives its descriptor back when it closes. */
    private void turnAndFinish() throws IOException {
        try {
            while (!stopped) turn();
        } finally {
            finish();
        }
    }

    private void turn() throws IOException {
        if (idle()) selector.select(EventLoop::dispatch, TICK_MILLIS);
        else selector.selectNow(EventLoop::dispatch);
        runTasks();
        tick.run();
    }

    private void finish() {
        ended.run();
        synchronized (tasks) {
            over = true;
        }
        runTasks();
        ended.run();
    }

    private boolean idle() {
        synchronized (tasks) {
            return tasks.isEmpty();
        }
    }

    private void runTasks() {
        int waiting;
        synchronized (tasks) {
            waiting = tasks.size();
        }
        for (int i = 0; i < waiting; i++) {
            Runnable task = next();
            if (task != null) task.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (tasks) {
            return tasks.poll();
        }
    }

    private static void dispatch(SelectionKey key) {
        if (key.isValid()) ((Ready) key.attachment()).ready(key);
    }
}
