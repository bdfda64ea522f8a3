package rubato.testkit;

import java.util.ArrayDeque;
import java.util.Deque;

/** A process on a simulated host: what happens to it happens at once, later once it is resumed, or never once it is dead. */
public final class SimulatedProcess {
    private final int host;
    private final Deque<Runnable> backlog = new ArrayDeque<>();
    private boolean paused;
    private boolean alive = true;

    public SimulatedProcess(int host) {
        this.host = host;
    }

    public int host() {
        return host;
    }

    public boolean isAlive() {
        return alive;
    }

    public boolean isPaused() {
        return paused;
    }

    /** Lets something happen to this process. */
    public void take(Runnable event) {
        if (!alive) return;
        if (paused) backlog.add(event);
        else event.run();
    }

    /** SIGSTOP: the machine goes on accepting for it. */
    public void pause() {
        paused = true;
    }

    /** SIGCONT: everything that waited happens now, in order. */
    public void resume() {
        paused = false;
        while (alive && !paused && !backlog.isEmpty()) backlog.remove().run();
    }

    /** SIGKILL. */
    public void kill() {
        alive = false;
        backlog.clear();
    }
}
