package rubato.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who of the members has fallen silent, or says for too long that it works on what it owes. Deadlines follow from measured step
 * times: T = max(1 s, 3 × predicted). A rank that waits for others is never suspected, however long.
 */
final class Liveness {
    private static final long SECOND = 1_000_000_000L;
    /** Steps of a generation for which the compiler may still be at work. */
    private static final int WARM_UP_STEPS = 20;

    /** Many may start at once then, and nothing is lost by waiting. */
    private static final long GATHERING_NANOS = 5 * SECOND;

    private static final long WARM_UP_NANOS = 10 * SECOND;
    private static final long STUCK_WARM_UP_NANOS = 2 * SECOND;
    private static final long EVALUATE_NANOS = 60 * SECOND;
    private static final long INSTALL_NANOS = 600 * SECOND;
    private static final double SMOOTHING = 0.1;
    private static final int MOST_DOUBLINGS = 6;

    /** A worker to be removed and why. */
    record Suspect(Peer peer, String reason) {}

    private double stepNanos;
    private int steps;
    private long lastTick;
    private boolean ticked;
    private boolean extended;
    private double roundNanos;
    private int stuckTimes;

    /** A generation starts; nobody has been heard in it yet. */
    void started(Collection<Peer> peers, long nowNanos) {
        steps = 0;
        restart(peers, nowNanos);
    }

    /**
     * A step was committed.
     *
     * @param slowestNanos what its slowest rank worked
     * @param longestNanos what it took with all waiting and the wire
     */
    void committed(long slowestNanos, long longestNanos) {
        steps++;
        stuckTimes = 0;
        roundNanos = roundNanos == 0 ? longestNanos : roundNanos + SMOOTHING * (longestNanos - roundNanos);
        stepNanos = stepNanos == 0 ? slowestNanos : stepNanos + SMOOTHING * (slowestNanos - stepNanos);
    }

    /** How many steps are done in so long, at the speed measured. */
    long stepsWithin(long nanos) {
        return stepNanos < 1 ? 1 : (long) (nanos / stepNanos);
    }

    /** T for silence, ns. */
    long patienceNanos() {
        return Math.max(SECOND, (long) (3 * stepNanos));
    }

    /**
     * Whether every member waits for others, and has for too long: a link between them passes nothing, in one direction at least, and
     * none of them owes anything. Each time in a row that this is found without a commit it is waited for twice as long, so that a link
     * which only became slow is not given up again and again.
     */
    boolean isStuck(Collection<Peer> members, long nowNanos) {
        long warm = steps < WARM_UP_STEPS ? STUCK_WARM_UP_NANOS : SECOND;
        long patience = Math.max(warm, (long) (3 * roundNanos)) << Math.min(stuckTimes, MOST_DOUBLINGS);
        for (Peer peer : members) {
            if (peer.activity != Activity.REDUCING || nowNanos - peer.sinceNanos <= patience) return false;
        }
        if (members.size() < 2) return false;
        stuckTimes++;
        return true;
    }

    /** Time passes, in whatever phase. A coordinator that was held up itself has heard nobody meanwhile: all deadlines begin anew. */
    void tick(Collection<Peer> peers, long nowNanos) {
        boolean late = ticked && nowNanos - lastTick > patienceNanos() / 4;
        ticked = true;
        lastTick = nowNanos;
        if (late) restart(peers, nowNanos);
    }

    /** The members to be removed now, after {@link #tick}. */
    List<Suspect> suspects(Collection<Peer> members, long nowNanos) {
        List<Suspect> suspects = new ArrayList<>();
        for (Peer peer : members) suspect(peer, nowNanos, suspects);
        if (suspects.size() * 3 > members.size() && members.size() > 2 && !extended) {
            extended = true;
            restart(members, nowNanos);
            return List.of();
        }
        if (suspects.isEmpty()) return suspects;
        extended = false;
        return suspects;
    }

    /** Whether nothing was heard of it for longer than T while others are gathered, whatever it was to do. */
    Optional<Suspect> silentWhileGathering(Peer peer, long nowNanos) {
        return silent(peer, Math.max(GATHERING_NANOS, patienceNanos()), nowNanos);
    }

    private static Optional<Suspect> silent(Peer peer, long patienceNanos, long nowNanos) {
        long silent = nowNanos - peer.heardNanos;
        return silent > patienceNanos
                ? Optional.of(new Suspect(peer, "nothing heard of it for " + seconds(silent)))
                : Optional.empty();
    }

    private void suspect(Peer peer, long nowNanos, List<Suspect> into) {
        Optional<Suspect> silent = silent(peer, patienceNanos(), nowNanos);
        if (silent.isPresent()) {
            into.add(silent.get());
            return;
        }
        long busy = nowNanos - peer.sinceNanos;
        if (busy > allowed(peer.activity)) {
            String what = peer.activity.name().toLowerCase(Locale.ROOT);
            into.add(new Suspect(peer, what + " step " + (peer.step + 1) + " for " + seconds(busy)));
        }
    }

    private long allowed(Activity activity) {
        return switch (activity) {
            case COMPUTING -> steps < WARM_UP_STEPS ? Math.max(WARM_UP_NANOS, patienceNanos()) : patienceNanos();
            case EVALUATING -> EVALUATE_NANOS;
            case INSTALLING -> INSTALL_NANOS;
            case REDUCING, IDLE, PRACTISING -> Long.MAX_VALUE;
        };
    }

    private static void restart(Collection<Peer> peers, long nowNanos) {
        for (Peer peer : peers) {
            peer.heardNanos = nowNanos;
            peer.sinceNanos = nowNanos;
        }
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos * 1e-9);
    }
}
