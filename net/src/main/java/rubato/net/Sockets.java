package rubato.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;

/** Opening and closing TCP sockets, with errors a user can act on. */
final class Sockets {
    private static final int BACKLOG = 512;

    private Sockets() {}

    static InetSocketAddress resolve(String host, int port) {
        if (port < 0 || port > 65_535) throw RubatoException.usage("port must be in 0..65535, was " + port);
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw RubatoException.failed("host " + host + " is unknown", e)
                    .remedy("check its spelling, or use its address");
        }
    }

    static ServerSocketChannel bind(InetSocketAddress address, Exposure exposure) {
        if (!exposure.beyondLoopback() && !address.getAddress().isLoopbackAddress()) {
            throw RubatoException.usage(
                            "will not listen on " + address.getAddress().getHostAddress()
                                    + ": connections beyond this machine are not encrypted")
                    .remedy("listen on 127.0.0.1, set net.tls = true, or net.insecure = true on a network you trust");
        }
        ServerSocketChannel server = null;
        try {
            server = ServerSocketChannel.open();
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.configureBlocking(false);
            server.bind(address, BACKLOG);
            return server;
        } catch (IOException e) {
            closeQuietly(server);
            throw bindFailed(address, e);
        }
    }

    private static RubatoException bindFailed(InetSocketAddress address, IOException e) {
        String where =
                "port " + address.getPort() + " on " + address.getAddress().getHostAddress();
        boolean inUse =
                e instanceof BindException && String.valueOf(e.getMessage()).contains("in use");
        if (!inUse) return RubatoException.failed("cannot listen on " + where + ": " + e.getMessage(), e);
        return RubatoException.failed(where + " is already in use", e)
                .remedy("choose another port, or 0 for any free one");
    }

    static void tune(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY))
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    static String name(SocketAddress any) {
        return any instanceof InetSocketAddress address ? HostPort.of(address).toString() : any.toString();
    }

    static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /** A socket whose closing fails is closed all the same. */
    static void closeQuietly(@Nullable Closeable closeable) {
        if (closeable == null) return;
        try {
            closeable.close();
        } catch (IOException ignored) {
            // the descriptor is released either way
        }
    }
}
