package rubato.collective;

import rubato.net.PeerLostException;
import rubato.net.Transport;
import rubato.schedule.Move;
import rubato.schedule.Schedule;

/**
 * One operation under way on one rank: moves elements between the vector and the links as its schedule says, as far as that goes
 * without waiting. What the result is depends on the schedule alone, not on what comes first.
 */
final class Operation implements Standing {
    private final Transport transport;
    private final Link[] links;
    private final Tuning tuning;
    private final Scratch scratch = new Scratch();
    private final Announcement announcement;
    private final int rank;
    private Schedule schedule;
    private Elements elements;
    private int chunk;
    private int[] next = {};
    private int movesLeft;
    private int sending;
    private int entered;
    private long[][] controls = {};

    Operation(Transport transport, Link[] links, Tuning tuning, Announcement announcement, Schedule idle) {
        this.transport = transport;
        this.links = links;
        this.tuning = tuning;
        this.announcement = announcement;
        this.rank = transport.rank();
        this.schedule = idle;
        this.elements = Elements.of(new byte[0]);
    }

    /** @param controls where each rank's control words go */
    void begin(Schedule schedule, Elements elements, Reduction reduction, long[][] controls) {
        this.schedule = schedule;
        this.elements = elements;
        this.controls = controls;
        elements.begin(reduction, schedule.members().length, scratch);
        chunk = chunkElements();
        int moves = schedule.moves().size();
        if (next.length < moves) next = new int[moves];
        movesLeft = 0;
        for (int i = 0; i < moves; i++) {
            Move move = schedule.move(i);
            next[i] = move.from();
            if (!(move instanceof Move.Given)) movesLeft++;
        }
        entered = 1;
        sending = 0;
        for (int peer : schedule.members()) {
            if (peer == rank) continue;
            links[peer].begin();
            sending++;
        }
    }

    private int chunkElements() {
        int unit = elements.unit();
        return Math.max(1, tuning.chunkBytes() / elements.bytes(unit)) * unit;
    }

    /** Says that a part of the vector is ready. */
    void give(int move) {
        next[move] = schedule.move(move).to();
    }

    @Override
    public boolean allEntered() {
        return entered == schedule.members().length;
    }

    boolean done() {
        return movesLeft == 0 && sending == 0 && allEntered();
    }

    /**
     * @param watch read even from peers that owe nothing, to notice that they failed
     * @return whether anything moved
     */
    boolean advance(long now, boolean watch) throws PeerLostException {
        boolean progress = false;
        int[] members = schedule.members();
        for (int i = 0; i < members.length; i++) {
            if (members[i] != rank) progress |= send(links[members[i]]);
        }
        for (int i = 0; i < members.length; i++) {
            if (members[i] != rank) progress |= receive(links[members[i]], now, watch);
        }
        for (int move : schedule.alone()) progress |= fold(move, (Move.Fold) schedule.move(move));
        return progress;
    }

    boolean concerns(int peer) {
        for (int member : schedule.members()) if (member == peer) return true;
        return false;
    }

    /** Whether the peer has not yet sent all it must. */
    boolean owes(Link link) {
        return !link.entered || link.nextReceive < schedule.receives()[link.peer].length;
    }

    /** Whether something that the peer must send is not here, used or not. */
    @Override
    public boolean lacks(Link link) {
        return !link.entered || missing(link) > Math.max(0, link.in.survey());
    }

    /** Whether the peer has not yet been sent all it must be. */
    boolean isOwed(Link link) {
        return !link.announced || link.nextSend < schedule.sends()[link.peer].length || !link.out.isEmpty();
    }

    /** Whether something could be written to the peer now. */
    boolean canSend(Link link) {
        if (!link.out.isEmpty() || !link.announced) return true;
        int[] sends = schedule.sends()[link.peer];
        return link.nextSend < sends.length && ready(sends[link.nextSend]) > 0;
    }

    private boolean send(Link link) throws PeerLostException {
        if (link.out.isEmpty() && !compose(link)) return false;
        boolean progress = link.out.flush(transport);
        if (link.out.isEmpty() && link.nextSend == schedule.sends()[link.peer].length) sending--;
        return progress;
    }

    private boolean compose(Link link) {
        int[] sends = schedule.sends()[link.peer];
        int index = link.nextSend < sends.length ? sends[link.nextSend] : -1;
        int count = index < 0 ? 0 : Math.min(chunk, ready(index));
        if (count == 0 && link.announced) return false;
        Views out = link.out.open();
        int head = 0;
        if (!link.announced) head = announcement.put(out.bytes, Frame.HEAD, rank);
        if (count > 0) put(link, index, out, Frame.HEAD + head, count);
        link.out.seal(link.announced ? Frame.DATA : Frame.OPERATION, head, elements.bytes(count), count);
        link.announced = true;
        return true;
    }

    private void put(Link link, int index, Views out, int at, int count) {
        Move.Send move = (Move.Send) schedule.move(index);
        elements.put(out, at, next[index], count, move.last());
        if (moved(index, count)) link.nextSend++;
    }

    private boolean receive(Link link, long now, boolean watch) throws PeerLostException {
        boolean progress = false;
        while (use(link, now)) progress = true;
        if (link.in.canRead() && (watch || owes(link)) && link.in.read(transport)) {
            progress = true;
            while (use(link, now)) progress = true;
        }
        if (progress || link.in.hungUp()) lookAhead(link);
        return progress;
    }

    /** A peer that has failed need not be waited for until all it sent before is used. */
    private void lookAhead(Link link) throws PeerLostException {
        if (!owes(link) && !isOwed(link)) return;
        int here = link.in.survey();
        if (here < 0) throw new GaveUp(link.peer, farewell(link));
        boolean missing = isOwed(link) || !(link.entered || link.in.frame()) || missing(link) > here;
        if (link.in.hungUp() && missing)
            throw new PeerLostException(link.peer, "rank " + link.peer + " closed its connection");
    }

    private long missing(Link link) {
        long missing = 0;
        int[] receives = schedule.receives()[link.peer];
        for (int i = link.nextReceive; i < receives.length; i++)
            missing += schedule.move(receives[i]).to() - next[receives[i]];
        return missing;
    }

    /** Uses the first frame as far as possible. @return whether anything was used */
    private boolean use(Link link, long now) {
        if (!link.in.frame()) return false;
        byte kind = link.in.kind();
        if (kind == Frame.FAREWELL) throw new GaveUp(link.peer, farewell(link));
        if (!link.entered) return enter(link, now);
        int[] receives = schedule.receives()[link.peer];
        if (link.nextReceive == receives.length) {
            if (kind == Frame.OPERATION && link.in.isFresh()) return false;
            throw unexpected(link, "more than #" + announcement.sequence() + " asks for");
        }
        if (kind == Frame.OPERATION && link.in.isFresh())
            throw unexpected(link, "another operation before the end of #" + announcement.sequence());
        int index = receives[link.nextReceive];
        Move move = schedule.move(index);
        return move instanceof Move.Fold fold ? fold(index, fold) : take(link, index);
    }

    private static Farewell farewell(Link link) {
        return Farewell.parse(link.in.bytes(), link.in.at(), link.in.words(), link.peer);
    }

    private static CollectiveException unexpected(Link link, String what) {
        return new CollectiveException(link.peer, "rank " + link.peer + " sent " + what);
    }

    private boolean enter(Link link, long now) {
        Inbox in = link.in;
        if (in.kind() != Frame.OPERATION) throw unexpected(link, "elements of no operation");
        int words = announcement.check(in.bytes(), in.at(), in.words(), link.peer, rank);
        controls[link.peer] = Gathered.room(controls[link.peer], words);
        Announcement.controls(in.bytes(), in.at(), controls[link.peer]);
        link.entered = true;
        link.lastEntered = announcement.sequence();
        link.enteredNanos = now;
        entered++;
        requireSize(in);
        in.useWords();
        return true;
    }

    private void requireSize(Inbox in) {
        int count = in.elements();
        if (count <= chunk && elements.bytes(count) == in.data()) return;
        throw new CollectiveException(
                in.peer(), "rank " + in.peer() + " sent " + count + " elements in " + in.data() + " bytes");
    }

    private boolean take(Link link, int index) {
        int count = Math.min(available(link, index), ready(index));
        if (count == 0) return false;
        elements.take(link.in.views(), link.in.at(), next[index], count);
        link.in.use(elements.bytes(count), count);
        if (moved(index, count)) link.nextReceive++;
        return true;
    }

    /** Elements of the first frame that a move may use. */
    private int available(Link link, int index) {
        int[] receives = schedule.receives()[link.peer];
        boolean turn = link.entered && link.nextReceive < receives.length && receives[link.nextReceive] == index;
        if (!turn || !link.in.frame() || link.in.kind() == Frame.FAREWELL) return 0;
        if (link.in.isFresh()) {
            if (link.in.kind() == Frame.OPERATION) return 0;
            requireSize(link.in);
            if (link.in.elements() == 0) throw unexpected(link, "an empty frame");
        }
        return link.in.usable(elements);
    }

    private boolean fold(int index, Move.Fold fold) {
        int count = ready(index);
        for (int peer : fold.order()) {
            if (peer != rank) count = Math.min(count, available(links[peer], index));
        }
        if (count == 0) return false;
        for (int done = 0; done < count; done += elements.block())
            foldBlock(fold, next[index] + done, done, Math.min(elements.block(), count - done));
        for (int peer : fold.order()) if (peer != rank) links[peer].in.use(elements.bytes(count), count);
        if (moved(index, count)) {
            for (int peer : fold.order()) if (peer != rank) links[peer].nextReceive++;
        }
        return true;
    }

    private void foldBlock(Move.Fold fold, int from, int offset, int count) {
        int[] order = fold.order();
        int own = 0;
        while (order[own] != rank) own++;
        // of two, either order has the same bits: the one rank below may be added as if it came after
        int below = own == 1 && elements.foldsPairs() ? 0 : own;
        if (below > 0) foldBelow(order, below, offset, count);
        elements.own(from, count);
        if (below > 0) elements.foldOwnAfterBelow(from, count);
        for (int i = below; i < order.length; i++) {
            if (i == own) continue;
            Inbox in = links[order[i]].in;
            elements.foldOther(in.views(), in.at() + elements.bytes(offset), from, count);
        }
        if (fold.last()) elements.finish(from, count);
    }

    private void foldBelow(int[] order, int ranks, int offset, int count) {
        for (int i = 0; i < ranks; i++) {
            Inbox in = links[order[i]].in;
            elements.load(in.views(), in.at() + elements.bytes(offset), count);
            if (i == 0) elements.start(count);
            else elements.foldBelow(count);
        }
    }

    /** How many further elements of a move may move now. */
    private int ready(int index) {
        Move move = schedule.move(index);
        int limit = move.to();
        for (int before : move.after()) {
            int end = schedule.move(before).to();
            if (next[before] < end && next[index] < end) limit = Math.min(limit, next[before]);
        }
        int count = limit - next[index];
        if (count <= 0) return 0;
        return limit == move.to() ? count : count / elements.unit() * elements.unit();
    }

    /** @return whether the move is over */
    private boolean moved(int index, int count) {
        next[index] += count;
        if (next[index] < schedule.move(index).to()) return false;
        movesLeft--;
        return true;
    }
}
