package rubato.collective;

import rubato.net.Transport;
import rubato.shm.Blocking;

/**
 * What a thread does while it waits for a peer: looks again at once while cores are left for all, gives its core away before each look
 * where ranks of its host outnumber the cores, and sleeps once it has waited for some time.
 *
 * @param crowded whether ranks of this host outnumber its cores
 * @param awakeNanos how long nothing happens before it sleeps
 */
record WaitingRule(boolean crowded, long awakeNanos) {
    /** What to do before the next look. */
    enum Rest {
        SPIN,
        YIELD,
        SLEEP
    }

    static WaitingRule of(Transport transport, Tuning tuning) {
        return of(ranksHere(transport), Runtime.getRuntime().availableProcessors(), tuning, Blocking.WANTED);
    }

    /** @param blocking whether to sleep at once */
    static WaitingRule of(int ranks, int cores, Tuning tuning, boolean blocking) {
        boolean crowded = ranks > cores;
        if (blocking) return new WaitingRule(crowded, 0);
        return new WaitingRule(crowded, crowded ? tuning.yieldNanos() : tuning.spinNanos());
    }

    /** How many ranks are on this rank's host. */
    static int ranksHere(Transport transport) {
        int[] hosts = transport.hosts();
        int here = 0;
        for (int host : hosts) if (host == hosts[transport.rank()]) here++;
        return here;
    }

    Rest after(long idleNanos) {
        if (idleNanos >= awakeNanos) return Rest.SLEEP;
        return crowded ? Rest.YIELD : Rest.SPIN;
    }
}
