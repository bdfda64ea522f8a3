package rubato.collective;

import rubato.net.PeerLostException;
import rubato.net.Transport;

/**
 * The calling thread takes the steps. With none to take, it looks again for a moment, then sleeps until a stream is ready. Where
 * more ranks than cores may be at work, it gives its core away before each look.
 */
final class Waiting implements Pace {
    private static final long LONGEST_SLEEP_NANOS = 100_000_000;

    private final Transport transport;
    private final long spinNanos;
    private final boolean crowded;

    /** @param crowded whether ranks of this host outnumber its cores */
    Waiting(Transport transport, Tuning tuning, boolean crowded) {
        this.transport = transport;
        this.spinNanos = crowded ? tuning.yieldNanos() : tuning.spinNanos();
        this.crowded = crowded;
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public void complete(Attempt attempt) {
        long idleSince = 0;
        boolean slept = false;
        while (true) {
            long now = now();
            Attempt.State state = attempt.poll(now, slept);
            slept = false;
            if (state == Attempt.State.DONE) return;
            if (state == Attempt.State.MOVED) {
                idleSince = 0;
                continue;
            }
            if (idleSince == 0) idleSince = now;
            slept = now - idleSince >= spinNanos;
            if (slept) sleep(attempt, now);
            else if (crowded) Thread.yield();
            else Thread.onSpinWait();
        }
    }

    @Override
    public boolean progress(Attempt attempt) {
        Attempt.State state;
        do state = attempt.poll(now(), false);
        while (state == Attempt.State.MOVED);
        return state == Attempt.State.DONE;
    }

    private void sleep(Attempt attempt, long now) {
        attempt.interest();
        try {
            transport.await(Math.min(LONGEST_SLEEP_NANOS, attempt.patience(now)));
        } catch (PeerLostException e) {
            // the next poll meets the same fault, or none
        }
    }
}
