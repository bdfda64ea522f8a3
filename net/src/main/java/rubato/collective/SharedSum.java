package rubato.collective;

import java.io.IOException;
import java.time.Duration;
import rubato.net.PeerLostException;
import rubato.net.SharedGroup;
import rubato.net.Transport;
import rubato.plan.Algorithm;
import rubato.shm.Bell;
import rubato.shm.SharedException;
import rubato.shm.SharedReduce;

/**
 * All-reduces of float32 by exchange through memory that all ranks of the links share. Results, failures and records are those of the
 * streams: who waits here listens there, since a rank that does something else announces it there, and one that gives up says so.
 */
final class SharedSum implements Bell, Standing {
    private final Links links;
    private final Transport transport;
    private final Circuit circuit;
    private final Attempt attempt;
    private final SharedReduce reduce;
    private final SharedBlame blame;
    private final long[] waitedUntil;

    /**
     * @param circuit of all ranks of the links
     * @param memory of the same
     */
    SharedSum(Links links, Circuit circuit, SharedGroup memory, Duration deadline) {
        this.links = links;
        this.transport = links.transport();
        this.circuit = circuit;
        this.attempt = circuit.attempt();
        this.reduce =
                new SharedReduce(memory.memory(), memory.index(), memory.size(), this, Attempt.waitingNanos(deadline));
        this.blame = new SharedBlame(memory.ranks(), transport.rank(), deadline);
        this.waitedUntil = new long[memory.size()];
    }

    /** Whether an all-reduce of float32 goes through the memory, which all ranks answer alike if they announce the same. */
    static boolean takes(Reduction how, Algorithm by) {
        return (how == Reduction.SUM || how == Reduction.MEAN) && by instanceof Algorithm.Exchange;
    }

    void allReduce(long sequence, FloatElements x, Reduction how) {
        circuit.enterAllReduce(sequence, x, how, this);
        try {
            reduce.sum(call(sequence, how), x.vector(), x.length(), waitedUntil);
        } catch (IOException | GaveUp | CollectiveException e) {
            fail(sequence, x, how, e);
        }
        x.finish(0, x.length(), how, waitedUntil.length);
        for (Link link : links.all()) if (link != null) entered(link, sequence);
        attempt.end(System.nanoTime());
    }

    /** What members of the memory must agree on beside the length, in one word. */
    private static long call(long sequence, Reduction how) {
        return 2 * sequence + (how == Reduction.MEAN ? 1 : 0);
    }

    private void entered(Link link, long sequence) {
        link.entered = true;
        link.lastEntered = sequence;
        link.enteredNanos = Math.max(attempt.start(), waitedUntil[link.peer]);
    }

    private void fail(long sequence, FloatElements x, Reduction how, Exception e) {
        for (Link link : links.all()) {
            if (link == null) continue;
            link.entered = false;
            if (reduce.hasEntered(link.peer)) entered(link, sequence);
        }
        long now = System.nanoTime();
        if (e instanceof GaveUp gaveUp) attempt.fail(gaveUp, now);
        else if (e instanceof CollectiveException known) attempt.fail(known, now);
        else if (e instanceof SharedException shared && isLate(shared)) attempt.late(now);
        else if (e instanceof IOException fault) attempt.fail(describe(sequence, x, how, fault), now);
        circuit.complete();
    }

    private static boolean isLate(SharedException e) {
        return e.fault() == SharedException.Fault.ABSENT || e.fault() == SharedException.Fault.STALLED;
    }

    private CollectiveException describe(long sequence, FloatElements x, Reduction how, IOException e) {
        if (!(e instanceof SharedException shared) || shared.fault() != SharedException.Fault.STEP)
            return blame.of(sequence, x.length(), e);
        int peer = shared.member();
        if (shared.theirs() >> 1 != sequence) return blame.differ(peer, "#", shared.theirs() >> 1, sequence);
        return blame.differ(peer, "reduction ", how == Reduction.MEAN ? Reduction.SUM : Reduction.MEAN, how);
    }

    @Override
    public void await(long nanos) throws IOException {
        listen();
        transport.await(nanos);
        listen();
    }

    private void listen() throws PeerLostException {
        CollectiveException reason = links.broken();
        if (reason != null) throw Links.again(reason);
        for (Link link : links.all()) if (link != null) listen(link);
    }

    private void listen(Link link) throws PeerLostException {
        Inbox in = link.in;
        if (in.canRead()) in.read(transport);
        transport.interest(link.peer, in.canRead(), false);
        if (in.survey() < 0) throw new GaveUp(link.peer, Farewell.parse(in.bytes(), in.at(), in.words(), link.peer));
        // what came from a member of this sum belongs to what it does next
        if (reduce.hasEntered(link.peer)) return;
        if (in.frame()) throw elsewhere(link);
        if (in.hungUp()) throw new PeerLostException(link.peer, "rank " + link.peer + " closed its connection");
    }

    /** A rank that uses the streams before it has entered does not come. */
    private CollectiveException elsewhere(Link link) {
        Inbox in = link.in;
        if (in.kind() == Frame.OPERATION)
            attempt.announcement().check(in.bytes(), in.at(), in.words(), link.peer, transport.rank());
        return new CollectiveException(link.peer, "rank " + link.peer + " sent what belongs to no operation");
    }

    @Override
    public boolean gone(int member) {
        return links.all()[member].in.hungUp();
    }

    @Override
    public void ring(int member) throws IOException {
        transport.nudge(member);
    }

    @Override
    public boolean allEntered() {
        for (Link link : links.all()) if (link != null && !link.entered) return false;
        return true;
    }

    @Override
    public boolean lacks(Link link) {
        return reduce.isFurthestBehind(link.peer);
    }
}
