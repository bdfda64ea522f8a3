package rubato.net;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A Unix-domain socket to listen on, in a directory only its owner can enter; both are gone when it is closed. */
final class UnixDoor implements AutoCloseable {
    /** What {@code sockaddr_un} has room for. */
    private static final int MAX_PATH_BYTES = 107;

    private final Path directory;
    private final Path path;
    private final ServerSocketChannel server;

    private UnixDoor(Path directory, Path path, ServerSocketChannel server) {
        this.directory = directory;
        this.path = path;
        this.server = server;
    }

    static UnixDoor open() throws IOException {
        Path directory = Files.createTempDirectory(
                "rubato", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path path = directory.resolve("s");
        ServerSocketChannel server = null;
        try {
            if (path.toString().length() > MAX_PATH_BYTES)
                throw new IOException("socket path " + path + " is longer than " + MAX_PATH_BYTES + " bytes");
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.configureBlocking(false);
            server.bind(UnixDomainSocketAddress.of(path));
            return new UnixDoor(directory, path, server);
        } catch (IOException | UnsupportedOperationException e) {
            Sockets.closeQuietly(server);
            Files.deleteIfExists(path);
            Files.deleteIfExists(directory);
            throw new IOException("no Unix-domain socket: " + e.getMessage(), e);
        }
    }

    String path() {
        return path.toString();
    }

    ServerSocketChannel server() {
        return server;
    }

    @Override
    public void close() {
        Sockets.closeQuietly(server);
        try {
            Files.deleteIfExists(path);
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // an empty directory stays
        }
    }
}
