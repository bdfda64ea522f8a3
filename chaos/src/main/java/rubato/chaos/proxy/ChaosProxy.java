package rubato.chaos.proxy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A SOCKS 5 proxy on this machine that lets through what the {@link Sky} lets through. Each connection takes three threads;
 * peers are told apart by the address they come from. It connects to addresses of this machine only.
 */
public final class ChaosProxy implements AutoCloseable {
    private static final int HANDSHAKE_MILLIS = 5000;
    private static final int BACKLOG = 512;
    private static final long PATIENCE_NANOS = 2_000_000;

    private final Sky sky;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "rubato-chaos-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean closed;

    private ChaosProxy(Sky sky, ServerSocket server) {
        this.sky = sky;
        this.server = server;
        threads.execute(this::accept);
    }

    public static ChaosProxy open(Sky sky) throws IOException {
        return new ChaosProxy(sky, new ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1")));
    }

    /** HOST:PORT. */
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = server.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                LockSupport.parkNanos(PATIENCE_NANOS);
            }
        }
    }

    private void serve(Socket client) {
        try {
            client.setTcpNoDelay(true);
            client.setSoTimeout(HANDSHAKE_MILLIS);
            InetSocketAddress target = greet(client);
            InetAddress from = client.getInetAddress();
            await(from, target.getAddress());
            await(target.getAddress(), from);
            Socket peer = new Socket();
            open.add(peer);
            peer.connect(target, HANDSHAKE_MILLIS);
            peer.setTcpNoDelay(true);
            client.getOutputStream().write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            client.setSoTimeout(0);
            threads.execute(() -> pump(peer, client, target.getAddress(), from));
            pump(client, peer, from, target.getAddress());
        } catch (IOException e) {
            close(client);
        }
    }

    private static InetSocketAddress greet(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        if (in.readByte() != 5) throw new IOException("not SOCKS 5");
        in.readFully(new byte[in.readUnsignedByte()]);
        OutputStream out = client.getOutputStream();
        out.write(new byte[] {5, 0});
        int version = in.readByte();
        int command = in.readByte();
        in.readByte();
        int kind = in.readByte();
        if (version != 5 || command != 1 || kind != 1 && kind != 4) throw new IOException("not a connection");
        byte[] address = new byte[kind == 1 ? 4 : 16];
        in.readFully(address);
        InetAddress host = InetAddress.getByAddress(address);
        if (!host.isLoopbackAddress()) throw new IOException(host + " is not of this machine");
        return new InetSocketAddress(host, in.readUnsignedShort());
    }

    private void await(InetAddress from, InetAddress to) throws IOException {
        while (sky.of(from, to).cut()) {
            if (closed) throw new IOException("closed");
            LockSupport.parkNanos(PATIENCE_NANOS);
        }
    }

    private void pump(Socket in, Socket out, InetAddress from, InetAddress to) {
        byte[] bytes = new byte[64 << 10];
        try {
            while (true) {
                int count = in.getInputStream().read(bytes);
                await(from, to);
                if (count < 0) break;
                harm(bytes, count, from, sky.of(from, to));
                out.getOutputStream().write(bytes, 0, count);
            }
            out.shutdownOutput();
        } catch (IOException e) {
            awaitQuietly(from, to);
            close(in);
            close(out);
        }
    }

    private void harm(byte[] bytes, int count, InetAddress from, Weather weather) {
        if (count > 16 && sky.takeFlip(from)) bytes[count / 2] ^= 1;
        long millis = weather.delayMillis();
        if (weather.bytesPerSecond() > 0) millis += 1000L * count / weather.bytesPerSecond();
        if (millis > 0) LockSupport.parkNanos(millis * 1_000_000);
    }

    /** That a connection is gone does not get through a cut either. */
    private void awaitQuietly(InetAddress from, InetAddress to) {
        try {
            await(from, to);
        } catch (IOException e) {
            return;
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            return;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            threads.shutdownNow();
        }
        open.forEach(this::close);
        threads.shutdownNow();
    }
}
