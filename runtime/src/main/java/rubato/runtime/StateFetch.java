package rubato.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import rubato.codec.CodecException;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.net.Route;
import rubato.net.Token;
import rubato.step.StateName;
import rubato.world.Member;

/**
 * Takes a state over from several peers at once: each offers the same frozen copy, parts are asked of whoever has answered the
 * last one. It can then follow one of them, step by step. A peer that is lost on the way leaves its parts to the others. Runs on the caller's thread.
 */
final class StateFetch implements Hub.Handler, AutoCloseable {
    private static final Duration DIAL = Duration.ofSeconds(2);
    private static final long SILENCE_MILLIS = 3000;
    private static final long FREEZE_MILLIS = 20_000;
    private static final long LOOK_MILLIS = 20;
    private static final int PART_FLOATS = 256 << 10;
    private static final int AHEAD = 8;
    private static final int MAX_DONORS = 4;

    private record Heard(Hub.Connection from, @Nullable StateMessage message, String closed) {}

    private record Part(int vector, int from, int count) {}

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final Map<Hub.Connection, Deque<Part>> asked = new LinkedHashMap<>();
    private final Deque<Part> left = new ArrayDeque<>();
    private final NioHub hub;
    private final List<float[]> vectors;
    private @Nullable StateName name;
    private byte @Nullable [] scalars;
    private StateMessage.@Nullable Delta delta;
    private long askedDelta = -1;
    private boolean following;
    private Hub.@Nullable Connection followed;
    private float @Nullable [] gradient;

    /** @param vectors where the copy goes; their lengths must be those of the peers' */
    StateFetch(Token token, Exposure exposure, Route route, List<float[]> vectors) {
        this.hub = NioHub.open(token, this, exposure, route);
        this.vectors = vectors;
        for (int vector = 0; vector < vectors.size(); vector++) {
            int length = vectors.get(vector).length;
            for (int from = 0; from < length; from += PART_FLOATS)
                left.add(new Part(vector, from, Math.min(PART_FLOATS, length - from)));
        }
    }

    /**
     * The state of this name.
     *
     * @param cancelled whether nobody wants it any more
     * @throws RubatoException if no holder can give it
     */
    Replica.Frozen named(StateName wanted, List<Member> holders, BooleanSupplier cancelled) {
        name = wanted;
        return copy(holders, new StateMessage.Ask(wanted), SILENCE_MILLIS, cancelled);
    }

    /** The state that donors freeze after a step, whatever its hash; from then on {@link #delta} follows it. */
    Replica.Frozen frozenAfter(long step, List<Member> donors, BooleanSupplier cancelled) {
        return copy(donors, new StateMessage.AskFrozen(step), FREEZE_MILLIS, cancelled);
    }

    private Replica.Frozen copy(
            List<Member> holders, StateMessage question, long silenceMillis, BooleanSupplier cancelled) {
        String why = dial(holders, question);
        while (scalars == null || !left.isEmpty() || isAsked()) {
            if (asked.isEmpty()) throw RubatoException.lost("no peer hands over the state: " + why);
            Heard next = next(silenceMillis, cancelled);
            if (next == null) throw RubatoException.lost("no peer said anything for " + silenceMillis + " ms");
            why = take(next, why);
        }
        if (name == null) throw new IllegalStateException("a copy without a name");
        return new Replica.Frozen(name, scalars, vectors);
    }

    private boolean isAsked() {
        return asked.values().stream().anyMatch(parts -> !parts.isEmpty());
    }

    /**
     * What the next step did, from a donor of the copy; null if it is not known within the time.
     *
     * @param into where its gradient goes
     * @throws RubatoException if no donor is left that could tell
     */
    StateMessage.@Nullable Delta delta(long step, float[] into, long millis) {
        following = true;
        gradient = into;
        askForDelta(step);
        while (delta == null || !left.isEmpty() || isAsked()) {
            Heard next = next(delta == null ? millis : SILENCE_MILLIS);
            if (next == null && delta == null) return null;
            if (next == null) askAnother();
            else take(next, "");
            if (followed == null) return null;
        }
        StateMessage.Delta done = delta;
        delta = null;
        return done;
    }

    /** How many could be followed. */
    int donors() {
        return asked.size();
    }

    private void askForDelta(long step) {
        if (asked.isEmpty()) throw RubatoException.lost("nobody is left to follow");
        if (followed != null && askedDelta == step) return;
        followed = asked.keySet().iterator().next();
        askedDelta = step;
        followed.send(new StateMessage.AskDelta(step).encode());
    }

    /** Whoever has not answered comes last from now on; one that answered by half is given up. */
    void askAnother() {
        Hub.Connection silent = followed;
        followed = null;
        if (silent == null) return;
        if (delta != null) lost(silent);
        else if (asked.remove(silent) != null) asked.put(silent, new ArrayDeque<>());
    }

    private String take(Heard next, String why) {
        if (next.message() instanceof StateMessage.Offer offer) offered(next.from(), offer);
        else if (next.message() instanceof StateMessage.Part part) arrived(next.from(), part);
        else if (next.message() instanceof StateMessage.Delta told) told(next.from(), told);
        else {
            lost(next.from());
            return next.message() instanceof StateMessage.Gone gone ? gone.reason() : next.closed();
        }
        return why;
    }

    private void told(Hub.Connection from, StateMessage.Delta told) {
        float[] into = gradient;
        if (told.step() != askedDelta || into == null || delta != null) return;
        delta = told;
        followed = from;
        for (int at = 0; at < into.length; at += PART_FLOATS)
            left.add(new Part(StateMessage.GRADIENT, at, Math.min(PART_FLOATS, into.length - at)));
        for (int i = 0; i < AHEAD; i++) ask(from);
    }

    private String dial(List<Member> holders, StateMessage question) {
        String why = "none is known";
        for (Member holder : holders.subList(0, Math.min(MAX_DONORS, holders.size()))) {
            try {
                Hub.Connection connection = hub.dial(holder.host(), holder.statePort(), DIAL);
                asked.put(connection, new ArrayDeque<>());
                connection.send(question.encode());
            } catch (RubatoException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        return why;
    }

    /** Donors may be silent because nobody trains: then they are not to be waited for once something else is wanted. */
    private @Nullable Heard next(long millis, BooleanSupplier cancelled) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Heard next = null;
        while (next == null && System.nanoTime() - end < 0) {
            if (cancelled.getAsBoolean()) throw RubatoException.lost("the state is not wanted any more");
            next = next(LOOK_MILLIS);
        }
        return next;
    }

    private @Nullable Heard next(long millis) {
        try {
            return heard.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RubatoException.lost("interrupted while taking over a state");
        }
    }

    private void offered(Hub.Connection from, StateMessage.Offer offer) {
        List<Integer> lengths = vectors.stream().map(v -> v.length).toList();
        if (name == null) name = offer.name();
        boolean same = offer.name().step() == name.step() && offer.name().hash() == name.hash();
        if (!same || !offer.lengths().equals(lengths)) {
            lost(from);
            return;
        }
        scalars = offer.scalars();
        for (int i = 0; i < AHEAD; i++) ask(from);
    }

    private void ask(Hub.Connection from) {
        Deque<Part> waiting = asked.get(from);
        Part part = waiting == null ? null : left.poll();
        if (part == null || waiting == null) return;
        waiting.add(part);
        from.send(new StateMessage.Want(part.vector(), part.from(), part.count()).encode());
    }

    private void arrived(Hub.Connection from, StateMessage.Part part) {
        Deque<Part> waiting = asked.get(from);
        Part expected = waiting == null ? null : waiting.poll();
        boolean fits = expected != null
                && expected.vector() == part.vector()
                && expected.from() == part.from()
                && 4L * expected.count() == part.values().length;
        if (!fits || expected == null) {
            if (expected != null) left.add(expected);
            lost(from);
            return;
        }
        ByteBuffer.wrap(part.values())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(target(expected.vector()), expected.from(), expected.count());
        ask(from);
    }

    private float[] target(int vector) {
        if (vector != StateMessage.GRADIENT) return vectors.get(vector);
        if (gradient == null) throw new IllegalStateException("no delta was asked for");
        return gradient;
    }

    /** Its parts go to the others, unless they are of a step that only it has told of. */
    private void lost(Hub.Connection from) {
        Deque<Part> parts = asked.remove(from);
        if (parts == null) return;
        if (following) {
            if (from == followed) startOver();
            return;
        }
        left.addAll(parts);
        for (Hub.Connection other : new ArrayList<>(asked.keySet())) {
            if (scalars != null) for (int i = 0; i < AHEAD; i++) ask(other);
        }
    }

    private void startOver() {
        followed = null;
        delta = null;
        left.clear();
    }

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {}

    @Override
    public void received(Hub.Connection connection, byte[] bytes) {
        try {
            heard.add(new Heard(connection, StateMessage.CODEC.decode(bytes), ""));
        } catch (CodecException e) {
            heard.add(new Heard(connection, null, String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        heard.add(new Heard(connection, null, reason));
    }

    @Override
    public void close() {
        hub.close();
    }
}
