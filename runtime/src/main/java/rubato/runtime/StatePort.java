package rubato.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.codec.CodecException;
import rubato.net.Exposure;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.net.Token;
import rubato.seam.Clock;
import rubato.step.StateName;

/** Where a worker hands its state over to peers, part by part as they ask for it, and lets joiners follow it. */
final class StatePort implements Hub.Handler, AutoCloseable {
    private static final int MAX_PART = 1 << 20;

    /** A frozen copy, or why there is none. */
    record Answer(List<Replica.Frozen> copy, String reason) {}

    /** What one peer has been offered. */
    private static final class Guest {
        Replica.@Nullable Frozen copy;
        Kept.@Nullable Step delta;
    }

    private record Waiting(Hub.Connection connection, long step) {}

    private final Map<Hub.Connection, Guest> guests = new ConcurrentHashMap<>();

    /** Who waits for a copy to be frozen, and who for a step to be done. */
    private final Map<Hub.Connection, Waiting> forCopy = new ConcurrentHashMap<>();

    private final Map<Hub.Connection, Waiting> forStep = new ConcurrentHashMap<>();
    private final BiConsumer<StateName, Consumer<Answer>> freeze;
    private final Kept kept;
    private final Clock clock;
    private final NioHub hub;
    private final int port;

    /** @param freeze makes a copy on the training thread, which owns the state */
    StatePort(
            Token token,
            Exposure exposure,
            String host,
            BiConsumer<StateName, Consumer<Answer>> freeze,
            Kept kept,
            Clock clock) {
        this.freeze = freeze;
        this.kept = kept;
        this.clock = clock;
        this.hub = NioHub.open(token, this, exposure);
        this.port = hub.listen(host, 0);
    }

    int port() {
        return port;
    }

    /** The training thread has kept something new: whoever waits for it is told. */
    void told() {
        serve(forCopy, this::offerFrozen);
        serve(forStep, this::tellDelta);
    }

    private static void serve(Map<Hub.Connection, Waiting> waiting, java.util.function.Predicate<Waiting> served) {
        for (Iterator<Waiting> all = waiting.values().iterator(); all.hasNext(); ) {
            if (served.test(all.next())) all.remove();
        }
    }

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {}

    @Override
    public void received(Hub.Connection connection, byte[] bytes) {
        StateMessage message;
        try {
            message = StateMessage.CODEC.decode(bytes);
        } catch (CodecException e) {
            connection.close("cannot read message: " + e.getMessage());
            return;
        }
        if (message instanceof StateMessage.Ask ask) freeze.accept(ask.name(), answer -> offer(connection, answer));
        else if (message instanceof StateMessage.AskFrozen ask) await(forCopy, connection, ask.step());
        else if (message instanceof StateMessage.AskDelta ask) await(forStep, connection, ask.step());
        else if (message instanceof StateMessage.Want want) send(connection, want);
        else connection.close("unexpected message");
    }

    private void await(Map<Hub.Connection, Waiting> waiting, Hub.Connection connection, long step) {
        waiting.put(connection, new Waiting(connection, step));
        told();
    }

    private boolean offerFrozen(Waiting waiting) {
        Replica.Frozen copy = kept.frozenAfter(waiting.step(), clock.nanos());
        if (copy != null) {
            offer(waiting.connection(), new Answer(List.of(copy), ""));
            return true;
        }
        return gone(waiting);
    }

    private boolean tellDelta(Waiting waiting) {
        Kept.Step done = kept.step(waiting.step(), clock.nanos());
        if (done == null) return gone(waiting);
        guest(waiting.connection()).delta = done;
        StateMessage.Delta delta = new StateMessage.Delta(
                done.generation(), done.step(), done.plan(), done.totals(), done.skipped(), done.hash(), kept.newest());
        waiting.connection().send(delta.encode());
        return true;
    }

    /** What has passed will not come any more. */
    private boolean gone(Waiting waiting) {
        if (kept.newest() < waiting.step()) return false;
        waiting.connection().send(new StateMessage.Gone("step " + waiting.step() + " is not kept any more").encode());
        return true;
    }

    private Guest guest(Hub.Connection connection) {
        return guests.computeIfAbsent(connection, c -> new Guest());
    }

    private void offer(Hub.Connection connection, Answer answer) {
        if (answer.copy().isEmpty()) {
            connection.send(new StateMessage.Gone(answer.reason()).encode());
            return;
        }
        Replica.Frozen copy = answer.copy().get(0);
        guest(connection).copy = copy;
        List<Integer> lengths = copy.vectors().stream().map(v -> v.length).toList();
        connection.send(new StateMessage.Offer(copy.name(), copy.scalars(), lengths).encode());
    }

    private void send(Hub.Connection connection, StateMessage.Want want) {
        float[] vector = vector(guest(connection), want.vector());
        boolean bad = want.count() < 0
                || want.count() > MAX_PART
                || want.from() < 0
                || vector == null
                || (long) want.from() + want.count() > vector.length;
        if (bad || vector == null) {
            connection.close("asks for what is not there: " + want);
            return;
        }
        byte[] values = new byte[4 * want.count()];
        ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector, want.from(), want.count());
        connection.send(new StateMessage.Part(want.vector(), want.from(), values).encode());
    }

    private static float @Nullable [] vector(Guest guest, int index) {
        if (index == StateMessage.GRADIENT) return guest.delta == null ? null : guest.delta.gradient();
        Replica.Frozen copy = guest.copy;
        return copy == null || index < 0 || index >= copy.vectors().size()
                ? null
                : copy.vectors().get(index);
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        guests.remove(connection);
        forCopy.remove(connection);
        forStep.remove(connection);
        if (guests.isEmpty()) kept.left(clock.nanos());
    }

    @Override
    public void close() {
        hub.close();
    }
}
