package rubato.net;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;

/** Two connected sockets of this process: what one end writes the other reads. Non-blocking. */
record LocalPair(SocketChannel near, SocketChannel far) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 16;

    /** Meets in a directory that only this user can enter; a nonce proves that the two ends belong together. */
    static LocalPair open() throws IOException {
        Path directory = Files.createTempDirectory(
                "rubato", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
        SocketChannel near = null;
        SocketChannel far = null;
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            near = SocketChannel.open(address);
            far = server.accept();
            prove(near, far);
            near.configureBlocking(false);
            far.configureBlocking(false);
            return new LocalPair(near, far);
        } catch (IOException e) {
            Sockets.closeQuietly(near);
            Sockets.closeQuietly(far);
            throw e;
        } finally {
            Files.deleteIfExists(address.getPath());
            Files.deleteIfExists(directory);
        }
    }

    private static void prove(SocketChannel near, SocketChannel far) throws IOException {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        near.write(ByteBuffer.wrap(nonce));
        ByteBuffer heard = ByteBuffer.allocate(NONCE_BYTES);
        while (heard.hasRemaining()) if (far.read(heard) < 0) throw new IOException("the other end is closed");
        if (!MessageDigest.isEqual(nonce, heard.array())) throw new IOException("somebody else came to the other end");
    }
}
