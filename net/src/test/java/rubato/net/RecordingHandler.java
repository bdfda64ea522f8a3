package rubato.net;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a hub tells. */
class RecordingHandler implements Hub.Handler {
    final BlockingQueue<Hub.Connection> opened = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    final List<Boolean> dialed = new CopyOnWriteArrayList<>();

    @Override
    public void opened(Hub.Connection connection, boolean byUs) {
        dialed.add(byUs);
        opened.add(connection);
    }

    @Override
    public void received(Hub.Connection connection, byte[] message) {
        received.add(message);
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        closed.add(reason);
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T value = queue.poll(5, TimeUnit.SECONDS);
        if (value == null) throw new AssertionError("nothing came within 5 s");
        return value;
    }
}
