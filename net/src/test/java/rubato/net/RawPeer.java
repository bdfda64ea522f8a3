package rubato.net;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A plain socket that does to a port what no well-behaved peer would. */
final class RawPeer implements AutoCloseable {
    private final Socket socket;

    RawPeer(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(5_000);
        socket.setTcpNoDelay(true);
    }

    RawPeer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    RawPeer send(ByteBuffer bytes) throws IOException {
        return send(bytes(bytes));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    byte[] read(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) throw new EOFException("hung up after " + bytes.length + " of " + count + " bytes");
        return bytes;
    }

    /** Reads until the other side hangs up. @return how many bytes there were */
    int readToEnd() {
        int bytes = 0;
        try {
            while (socket.getInputStream().read() >= 0) bytes++;
        } catch (IOException e) {
            if (e instanceof java.net.SocketTimeoutException) throw new AssertionError("still open after 5 s");
        }
        return bytes;
    }

    /** Proves the token as a good dialer does. */
    Session authenticate(Token token, Purpose purpose) throws IOException, HandshakeException {
        Handshake handshake = Handshake.dial(new Proof(token), new byte[Hello.NONCE_BYTES], purpose);
        while (true) {
            send(handshake.outgoing());
            Session session = handshake.session();
            if (session != null) return session;
            handshake.incoming().put(read(handshake.incoming().remaining()));
            handshake.received();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
