package rubato.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import rubato.codec.CodecException;
import rubato.error.RubatoException;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.net.Token;
import rubato.step.StateName;
import rubato.world.Member;

/**
 * Takes a state over from several peers at once: each offers the same frozen copy, parts are asked of whoever has answered the
 * last one. A peer that is lost on the way leaves its parts to the others. Runs on the caller's thread.
 */
final class StateFetch implements Hub.Handler, AutoCloseable {
    private static final Duration DIAL = Duration.ofSeconds(2);
    private static final long SILENCE_MILLIS = 3000;
    private static final int PART_FLOATS = 256 << 10;
    private static final int AHEAD = 3;
    private static final int MAX_DONORS = 4;

    private record Heard(Hub.Connection from, @Nullable StateMessage message, String closed) {}

    private record Part(int vector, int from, int count) {}

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final Map<Hub.Connection, Deque<Part>> asked = new HashMap<>();
    private final Deque<Part> left = new ArrayDeque<>();
    private final NioHub hub;
    private final StateName name;
    private final List<float[]> vectors;
    private byte @Nullable [] scalars;

    /** @param vectors where the copy goes; their lengths must be those of the peers' */
    StateFetch(Token token, StateName name, List<float[]> vectors) {
        this.hub = NioHub.open(token, this);
        this.name = name;
        this.vectors = vectors;
        for (int vector = 0; vector < vectors.size(); vector++) {
            int length = vectors.get(vector).length;
            for (int from = 0; from < length; from += PART_FLOATS)
                left.add(new Part(vector, from, Math.min(PART_FLOATS, length - from)));
        }
    }

    /**
     * @param cancelled whether nobody wants the state any more
     * @throws RubatoException if no holder can give it
     */
    Replica.Frozen from(List<Member> holders, BooleanSupplier cancelled) {
        String why = dial(holders);
        while (scalars == null || !left.isEmpty() || asked.values().stream().anyMatch(parts -> !parts.isEmpty())) {
            if (asked.isEmpty()) throw RubatoException.lost("no peer hands over " + name + ": " + why);
            if (cancelled.getAsBoolean()) throw RubatoException.lost(name + " is not wanted any more");
            Heard next = next();
            if (next.message() instanceof StateMessage.Offer offer) offered(next.from(), offer);
            else if (next.message() instanceof StateMessage.Part part) arrived(next.from(), part);
            else if (next.message() instanceof StateMessage.Gone gone) {
                why = gone.reason();
                lost(next.from());
            } else {
                why = next.closed();
                lost(next.from());
            }
        }
        return new Replica.Frozen(name, scalars, vectors);
    }

    private String dial(List<Member> holders) {
        String why = "none is known";
        for (Member holder : holders.subList(0, Math.min(MAX_DONORS, holders.size()))) {
            try {
                Hub.Connection connection = hub.dial(holder.host(), holder.statePort(), DIAL);
                asked.put(connection, new ArrayDeque<>());
                connection.send(new StateMessage.Ask(name).encode());
            } catch (RubatoException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        return why;
    }

    private Heard next() {
        try {
            Heard next = heard.poll(SILENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (next != null) return next;
            throw RubatoException.lost("nothing came of " + name + " for " + SILENCE_MILLIS + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RubatoException.lost("interrupted while taking over " + name);
        }
    }

    private void offered(Hub.Connection from, StateMessage.Offer offer) {
        List<Integer> lengths = vectors.stream().map(v -> v.length).toList();
        boolean same = offer.name().step() == name.step()
                && offer.name().hash() == name.hash()
                && offer.lengths().equals(lengths);
        if (!same) {
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
                .get(vectors.get(expected.vector()), expected.from(), expected.count());
        ask(from);
    }

    /** Its parts go to the others. */
    private void lost(Hub.Connection from) {
        Deque<Part> parts = asked.remove(from);
        if (parts == null) return;
        left.addAll(parts);
        for (Hub.Connection other : new ArrayList<>(asked.keySet())) {
            if (scalars != null) for (int i = 0; i < AHEAD; i++) ask(other);
        }
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
