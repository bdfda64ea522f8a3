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
    private int[] members = {};
    private long start;
    private long allEntered;

    Attempt(Links links, Announcement announcement, Operation operation, Duration deadline) {
        this.links = links;
        this.announcement = announcement;
        this.operation = operation;
        this.deadline = deadline;
        this.partingNanos = Math.min(LONGEST_PARTING_NANOS, deadline.toNanos() / 4);
    }

    /** What to fill in before {@link #begin}. */
    Announcement announcement() {
        return announcement;
    }

    void begin(Schedule schedule, Elements elements, Reduction reduction, long[][] controls, long now) {
        links.enter();
        parting = null;
        members = schedule.members();
        start = now;
        allEntered = members.length == 1 ? now : 0;
        links.recorder().begin(announcement.sequence(), announcement.kind(), elements.bytes(elements.length()));
        operation.begin(schedule, elements, reduction, controls);
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
                part(new CollectiveException(e.rank(), e.getMessage() + " in #" + announcement.sequence()), now);
            } catch (GaveUp e) {
                gaveUp(e, now);
            } catch (CollectiveException e) {
                part(e, now);
            }
        }
        return leave(now);
    }

    private State move(long now, boolean watch) throws PeerLostException {
        CollectiveException reason = links.broken();
        if (reason != null) throw Links.again(reason);
        boolean moved = operation.advance(now, watch);
        if (allEntered == 0 && operation.allEntered()) allEntered = now;
        if (operation.done()) {
            links.recorder().end(start, now, links.all(), members);
            links.leave(null);
            return State.DONE;
        }
        if (!moved && now - start >= deadline.toNanos() - partingNanos) late(now);
        return moved ? State.MOVED : State.IDLE;
    }

    private void part(CollectiveException reason, long now) {
        Parting leaving = new Parting(links.transport(), links.all(), partingNanos);
        leaving.because(reason, now);
        parting = leaving;
    }

    private void gaveUp(GaveUp e, long now) {
        if (!e.farewell().late()) {
            part(e.farewell().heardFrom(e.peer(), links.transport().rank(), links.all().length), now);
            return;
        }
        late(now).heard(e.peer(), e.farewell());
    }

    private Parting late(long now) {
        boolean[] waited = new boolean[links.all().length];
        boolean allHere = operation.allEntered();
        for (int peer : members) {
            Link link = links.all()[peer];
            if (link != null) waited[peer] = allHere ? operation.lacks(link) : !link.entered;
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
