package rubato.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** How many bytes a second one TCP stream of this machine carries to itself, from one thread to another. */
public final class LoopbackStream {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final long JOIN_MILLIS = 5_000;

    private LoopbackStream() {}

    /** Sends this many bytes once to warm up and once to measure. */
    public static double bytesPerSecond(long bytes) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread reader = new Thread(() -> drain(server), "rubato-loopback");
            reader.setDaemon(true);
            reader.start();
            double rate;
            try (SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
                send(channel, bytes);
                long start = System.nanoTime();
                send(channel, bytes);
                rate = bytes * 1e9 / (System.nanoTime() - start);
            }
            join(reader);
            return rate;
        }
    }

    private static void send(SocketChannel channel, long bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        for (long left = bytes; left > 0; left -= channel.write(buffer))
            buffer.clear().limit((int) Math.min(left, BUFFER_BYTES));
    }

    private static void drain(ServerSocketChannel server) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (SocketChannel channel = server.accept()) {
            while (channel.read(buffer.clear()) >= 0) Thread.onSpinWait();
        } catch (IOException e) {
            // then the sender fails too
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
