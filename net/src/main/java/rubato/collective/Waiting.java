package rubato.collective;

import rubato.net.PeerLostException;
import rubato.net.Transport;

/** The calling thread takes the steps. With none to take, it rests by a {@link WaitingRule}; it sleeps until a stream is ready. */
final class Waiting implements Pace {
    private static final long LONGEST_SLEEP_NANOS = 100_000_000;

    private final Transport transport;
    private final WaitingRule rule;

    Waiting(Transport transport, WaitingRule rule) {
        this.transport = transport;
        this.rule = rule;
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
            WaitingRule.Rest rest = rule.after(now - idleSince);
            slept = rest == WaitingRule.Rest.SLEEP;
            if (slept) sleep(attempt, now);
            else if (rest == WaitingRule.Rest.YIELD) Thread.yield();
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
