package rubato.runtime;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import rubato.net.Hub;

/** Takes every connection and message, keeps them for a test to look at, and says nothing. */
public final class SilentHandler implements Hub.Handler {
    public final BlockingQueue<Hub.Connection> callers = new LinkedBlockingQueue<>();
    public final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    public final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {
        callers.add(connection);
    }

    @Override
    public void received(Hub.Connection connection, byte[] message) {
        messages.add(message);
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        ends.add(reason);
    }
}
