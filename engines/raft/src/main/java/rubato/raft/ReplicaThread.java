package rubato.raft;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A replica's event queue on a thread of its own. A task that throws is reported and does not end it. */
final class ReplicaThread implements EventQueue, AutoCloseable {
    private static final long JOIN_MILLIS = 5_000;
    private static final long IDLE_NANOS = 1_000_000_000L;

    private record Timed(long at, long number, Runnable task) implements Comparable<Timed> {
        @Override
        public int compareTo(Timed other) {
            int byTime = Long.compare(at - other.at, 0);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final Thread thread;

    /** Guards every field below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timed> timed = new PriorityQueue<>();
    private long number;
    private boolean closed;

    public ReplicaThread(String name) {
        this.thread = new Thread(this::work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            if (closed) return;
            tasks.add(task);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void schedule(Runnable task, long nanos) {
        lock.lock();
        try {
            if (closed) return;
            timed.add(new Timed(System.nanoTime() + nanos, number++, task));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    private void work() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException | AssertionError e) {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }

    /** What is due; null once closed and everything queued has run. */
    private @Nullable Runnable next() {
        lock.lock();
        try {
            long waited = 0;
            while (waited < Long.MAX_VALUE) {
                Runnable due = due();
                if (due != null || closed) return due;
                Timed first = timed.peek();
                long wait = first == null ? IDLE_NANOS : first.at() - System.nanoTime();
                if (wait > 0) waited = changed.awaitNanos(wait);
            }
            return null;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Lock held. */
    private @Nullable Runnable due() {
        Timed first = timed.peek();
        if (first == null || first.at() - System.nanoTime() > 0) return tasks.poll();
        timed.remove();
        return first.task();
    }

    /** Runs what is queued, then ends; waits for that at most 5 s. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            timed.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() == thread) return;
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
