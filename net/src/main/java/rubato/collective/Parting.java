package rubato.collective;

import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import rubato.net.PeerLostException;
import rubato.net.Transport;

/**
 * A rank's way out of an operation that failed. It tells every peer why. If it only waited too long, it also listens for a while:
 * a peer that says something is alive, and tells whom it waited for in turn; who is waited for and says nothing is to blame.
 */
final class Parting {
    private final Transport transport;
    private final Link[] links;
    private final long graceNanos;
    private final boolean[] told;
    private final boolean[] answered;
    private final boolean[] gone;
    private @Nullable CollectiveException verdict;
    private String late = "";
    private String missing = "";
    private boolean[] waited = {};
    /** Whom this rank, or one that said so, waited for. */
    private final boolean[] owing;

    private long since;

    Parting(Transport transport, Link[] links, long graceNanos) {
        this.transport = transport;
        this.links = links;
        this.graceNanos = graceNanos;
        this.told = new boolean[links.length];
        this.answered = new boolean[links.length];
        this.gone = new boolean[links.length];
        this.owing = new boolean[links.length];
    }

    /** Leaves for a known reason. */
    void because(CollectiveException reason, long now) {
        verdict = reason;
        since = now;
    }

    /**
     * Leaves because time is over, or because a peer's is.
     *
     * @param waited by rank, who had yet to send something
     * @param missing what they have not done, as in "has not entered #5"
     */
    void late(String what, String missing, boolean[] waited, long now) {
        this.late = what;
        this.missing = missing;
        this.waited = waited;
        for (int rank : ranks(waited)) owing[rank] = true;
        since = now;
    }

    void heard(int peer, Farewell farewell) {
        answered[peer] = true;
        for (int rank : farewell.waited()) if (rank >= 0 && rank < owing.length) owing[rank] = true;
        if (verdict == null && !farewell.late()) verdict = farewell.heardFrom(peer, transport.rank(), links.length);
    }

    /** @return the failure, once everybody knows of it or does not want to */
    @Nullable
    CollectiveException poll(long now) {
        boolean listening = verdict == null;
        boolean over = true;
        for (Link link : links) {
            if (link == null || gone[link.peer]) continue;
            try {
                tell(link);
                if (listening) listen(link);
            } catch (PeerLostException | CollectiveException e) {
                gone[link.peer] = true;
                if (verdict == null) verdict = new CollectiveException(link.peer, String.valueOf(e.getMessage()));
            }
            if (gone[link.peer]) continue;
            if (!told[link.peer] || !link.out.isEmpty() || (listening && !answered[link.peer])) over = false;
        }
        if (!over && now - since < graceNanos) return null;
        return verdict != null ? verdict : blame();
    }

    private void tell(Link link) throws PeerLostException {
        if (!link.out.isEmpty()) link.out.flush(transport);
        if (told[link.peer] || !link.out.isEmpty()) return;
        CollectiveException reason = verdict;
        Links.say(link, reason == null ? new Farewell(-1, true, late, ranks(waited)) : Farewell.because(reason));
        told[link.peer] = true;
        link.out.flush(transport);
    }

    private void listen(Link link) throws PeerLostException {
        if (answered[link.peer]) return;
        skim(link);
        if (!answered[link.peer] && link.in.canRead() && link.in.read(transport)) skim(link);
        if (link.in.hungUp() && !answered[link.peer])
            throw new PeerLostException(link.peer, "rank " + link.peer + " closed its connection");
    }

    private void skim(Link link) {
        if (link.in.skim()) heard(link.peer, Farewell.parse(link.in.bytes(), link.in.at(), link.in.words(), link.peer));
    }

    private CollectiveException blame() {
        boolean[] silent = new boolean[links.length];
        for (int peer = 0; peer < links.length; peer++)
            silent[peer] = links[peer] != null && !answered[peer] && !gone[peer];
        CollectiveException stopped = blame(both(silent, owing), missing);
        if (stopped != null) return stopped;
        CollectiveException quiet = blame(silent, missing);
        if (quiet != null) return quiet;
        CollectiveException slow = blame(waited, "answers but has not sent its part");
        return slow != null ? slow : new CollectiveException(-1, "the others gave up" + late);
    }

    private @Nullable CollectiveException blame(boolean[] ranks, String fault) {
        int first = -1;
        StringJoiner names = new StringJoiner(", ");
        for (int peer = 0; peer < ranks.length; peer++) {
            if (!ranks[peer]) continue;
            if (first < 0) first = peer;
            names.add(named(peer));
        }
        return first < 0 ? null : new CollectiveException(first, "rank " + names + " " + fault + late);
    }

    private static boolean[] both(boolean[] a, boolean[] b) {
        boolean[] both = new boolean[a.length];
        for (int i = 0; i < Math.min(a.length, b.length); i++) both[i] = a[i] && b[i];
        return both;
    }

    private static int[] ranks(boolean[] chosen) {
        return IntStream.range(0, chosen.length).filter(rank -> chosen[rank]).toArray();
    }

    private String named(int peer) {
        Link link = links[peer];
        return link.entered || link.lastEntered < 0 ? "" + peer : peer + " (last #" + link.lastEntered + ")";
    }
}
