package rubato.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Stands between a dialer and a port and keeps every byte that passes. */
final class Eavesdropper implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0);
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    Eavesdropper(int port) throws IOException {
        Thread accepting = new Thread(() -> pass(port));
        accepting.setDaemon(true);
        accepting.start();
    }

    private void pass(int port) {
        try (Socket dialer = server.accept();
                Socket listener = new Socket("127.0.0.1", port)) {
            Thread back = new Thread(() -> copy(listener, dialer));
            back.setDaemon(true);
            back.start();
            copy(dialer, listener);
        } catch (IOException e) {
            // the test is over
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[4096];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                synchronized (heard) {
                    heard.write(buffer, 0, n);
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    int port() {
        return server.getLocalPort();
    }

    String heard() {
        synchronized (heard) {
            return heard.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
