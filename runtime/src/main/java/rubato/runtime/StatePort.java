package rubato.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import rubato.codec.CodecException;
import rubato.net.Exposure;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.net.Token;
import rubato.step.StateName;

/** Where a worker hands its state over to peers, part by part as they ask for it. */
final class StatePort implements Hub.Handler, AutoCloseable {
    private static final int MAX_PART = 1 << 20;

    private final Map<Hub.Connection, Replica.Frozen> open = new ConcurrentHashMap<>();
    private final BiConsumer<StateName, Consumer<StatePort.Answer>> freeze;
    private final NioHub hub;
    private final int port;

    /** A frozen copy, or why there is none. */
    record Answer(List<Replica.Frozen> copy, String reason) {}

    /** @param freeze makes the copy on the training thread, which owns the state */
    StatePort(Token token, String host, Exposure exposure, BiConsumer<StateName, Consumer<Answer>> freeze) {
        this.freeze = freeze;
        this.hub = NioHub.open(token, this, exposure);
        this.port = hub.listen(host, 0);
    }

    int port() {
        return port;
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
        else if (message instanceof StateMessage.Want want) send(connection, want);
        else connection.close("unexpected message");
    }

    private void offer(Hub.Connection connection, Answer answer) {
        if (answer.copy().isEmpty()) {
            connection.send(new StateMessage.Gone(answer.reason()).encode());
            return;
        }
        Replica.Frozen copy = answer.copy().get(0);
        open.put(connection, copy);
        List<Integer> lengths = copy.vectors().stream().map(v -> v.length).toList();
        connection.send(new StateMessage.Offer(copy.name(), copy.scalars(), lengths).encode());
    }

    private void send(Hub.Connection connection, StateMessage.Want want) {
        Replica.Frozen copy = open.get(connection);
        boolean bad = copy == null
                || want.vector() < 0
                || want.vector() >= copy.vectors().size()
                || want.count() < 0
                || want.count() > MAX_PART
                || want.from() < 0
                || (long) want.from() + want.count() > copy.vectors().get(want.vector()).length;
        if (bad || copy == null) {
            connection.close("asks for what is not there: " + want);
            return;
        }
        byte[] values = new byte[4 * want.count()];
        ByteBuffer.wrap(values)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(copy.vectors().get(want.vector()), want.from(), want.count());
        connection.send(new StateMessage.Part(want.vector(), want.from(), values).encode());
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        open.remove(connection);
    }

    @Override
    public void close() {
        hub.close();
    }
}
