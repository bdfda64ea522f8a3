package rubato.runtime;

import java.util.concurrent.locks.LockSupport;
import rubato.protocol.Activity;
import rubato.protocol.ToCoordinator;
import rubato.protocol.Worker;
import rubato.seam.Clock;
import rubato.world.Generation;

/**
 * A worker's beat: what its training thread does and since when, told several times a second by another thread, and at once when
 * it has practised. A process that beats but does not train shows as one that has been computing for long.
 */
final class Pulse implements AutoCloseable {
    private static final long PERIOD_NANOS = 200_000_000;

    /** What the training thread does; one object, so that no beat mixes two. */
    private record Doing(Generation generation, long step, Activity activity, long since) {}

    private final ControlLink link;
    private final Clock clock;
    private final Thread thread = new Thread(this::beat, "rubato-pulse");
    private volatile Doing doing;
    private volatile boolean closed;

    Pulse(ControlLink link, Clock clock) {
        this.link = link;
        this.clock = clock;
        this.doing = new Doing(Generation.NONE, 0, Activity.INSTALLING, clock.nanos());
        thread.setDaemon(true);
        thread.start();
    }

    /** The training thread begins something. */
    void doing(Worker worker, Activity activity) {
        boolean practised = doing.activity() == Activity.PRACTISING && activity != Activity.PRACTISING;
        doing = new Doing(worker.generation(), worker.completed(), activity, clock.nanos());
        if (practised) LockSupport.unpark(thread);
    }

    /** It practises, perhaps since long. */
    void practises(Worker worker) {
        if (doing.activity() != Activity.PRACTISING) doing(worker, Activity.PRACTISING);
    }

    private void beat() {
        while (!closed) {
            Doing now = doing;
            link.beat(
                    new ToCoordinator.Beat(now.generation(), now.step(), now.activity(), clock.nanos() - now.since()));
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
