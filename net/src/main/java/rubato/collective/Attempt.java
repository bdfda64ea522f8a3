package rubato.collective;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import rubato.net.PeerLostException;
import rubato.schedule.Schedule;

/**
 * One operation from entering to its result or its failure, driven by {@link #poll}; time comes in as an argument. Some moments
 * before the deadline it gives up, so that the caller has the error, and everybody knows who is to blame, by the deadline.
 */
final class Attempt {
    enum State {
        MOVED,
        IDLE,
        DONE
    }

    private static final long LONGEST_PARTING_NANOS = 40_000_000;

    private final Links links;
    private final Announcement announcement;
    private final Operation operation;
    private final Duration deadline;
    private final long partingNanos;
    private @Nullable Parting parting;
    private Standing standing;
    private int[] members = {};
    private long start;
    private long allEntered;

    Attempt(Links links, Announcement announcement, Operation operation, Duration deadline) {
        this.links = links;
        this.announcement = announcement;
        this.operation = operation;
        this.standing = operation;
        this.deadline = deadline;
        this.partingNanos = partingNanos(deadline);
    }

    /** How long before the deadline a rank stops waiting, so that all agree by then. */
    private static long partingNanos(Duration deadline) {
        return Math.min(LONGEST_PARTING_NANOS, deadline.toNanos() / 4);
    }

    /** How long an operation of this deadline may wait. */
    static long waitingNanos(Duration deadline) {
        return deadline.toNanos() - partingNanos(deadline);
    }

    /** What to fill in before {@link #begin}. */
    Announcement announcement() {
        return announcement;
    }

    void begin(Schedule schedule, Elements elements, Reduction reduction, long[][] controls, long now) {
        enter(operation, schedule.members(), elements, now);
        operation.begin(schedule, elements, reduction, controls);
    }

    /** Begins what moves its elements beside the streams: {@link #end} follows, or {@link #fail} and {@link #poll} until that throws. */
    void enter(Standing others, int[] together, Elements elements, long now) {
        links.enter();
        parting = null;
        standing = others;
        members = together;
        start = now;
        allEntered = members.length == 1 ? now : 0;
        links.recorder().begin(announcement.sequence(), announcement.kind(), elements.bytes(elements.length()));
    }

    void end(long now) {
        links.recorder().end(start, now, links.all(), members);
        links.leave(null);
    }

    Operation operation() {
        return operation;
    }

    long waitNanos() {
        return allEntered - start;
    }

    long start() {
        return start;
    }

    /** How long nothing but a peer can change anything. */
    long patience(long now) {
        return parting != null ? 1_000_000 : Math.max(1, start + deadline.toNanos() - partingNanos - now);
    }

    /** Says what the transport should wake up for; of ranks that take no part, nothing. */
    void interest() {
        boolean failing = parting != null;
        for (Link link : links.all()) {
            if (link == null) continue;
            boolean member = failing || operation.concerns(link.peer);
            boolean write = failing ? !link.out.isEmpty() : member && operation.canSend(link);
            links.transport().interest(link.peer, member && link.in.canRead(), write);
        }
    }

    /**
     * @param watch whether also peers that owe nothing are looked at
     * @throws CollectiveException once, when every peer has been told of the failure; the attempt is then over
     */
    State poll(long now, boolean watch) {
        if (parting == null) {
            try {
                return move(now, watch);
            } catch (PeerLostException e) {
                fail(e, now);
            } catch (GaveUp e) {
                fail(e, now);
            } catch (CollectiveException e) {
                fail(e, now);
            }
        }
        return leave(now);
    }

    void fail(PeerLostException e, long now) {
        fail(new CollectiveException(e.rank(), e.getMessage() + " in #" + announcement.sequence()), now);
    }

    private State move(long now, boolean watch) throws PeerLostException {
        CollectiveException reason = links.broken();
        if (reason != null) throw Links.again(reason);
        boolean moved = operation.advance(now, watch);
        if (allEntered == 0 && operation.allEntered()) allEntered = now;
        if (operation.done()) {
            end(now);
            return State.DONE;
        }
        if (!moved && now - start >= deadline.toNanos() - partingNanos) late(now);
        return moved ? State.MOVED : State.IDLE;
    }

    void fail(CollectiveException reason, long now) {
        Parting leaving = new Parting(links.transport(), links.all(), partingNanos);
        leaving.because(reason, now);
        parting = leaving;
    }

    void fail(GaveUp e, long now) {
        if (!e.farewell().late()) {
            fail(e.farewell().heardFrom(e.peer(), links.transport().rank(), links.all().length), now);
            return;
        }
        late(now).heard(e.peer(), e.farewell());
    }

    /** Leaves because time is over. */
    Parting late(long now) {
        boolean[] waited = new boolean[links.all().length];
        boolean allHere = standing.allEntered();
        for (int peer : members) {
            Link link = links.all()[peer];
            if (link != null) waited[peer] = allHere ? standing.lacks(link) : !link.entered;
        }
        String missing = (allHere ? "has stopped in #" : "has not entered #") + announcement.sequence();
        Parting leaving = new Parting(links.transport(), links.all(), partingNanos);
        leaving.late(" within " + deadline.toMillis() + " ms", missing, waited, now);
        parting = leaving;
        return leaving;
    }

    private State leave(long now) {
        Parting leaving = parting;
        if (leaving == null) return State.IDLE;
        CollectiveException failure = leaving.poll(now);
        if (failure == null) return State.IDLE;
        links.leave(failure);
        throw failure;
    }
}
