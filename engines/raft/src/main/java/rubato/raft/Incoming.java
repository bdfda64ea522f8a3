package rubato.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import rubato.disk.Disk;
import rubato.disk.DiskFile;
import rubato.ledger.LedgerCopy;

/** Pieces of another replica's ledger files, durable before they count as received, until all are there. */
final class Incoming {
    private final Path directory;
    private final Disk disk;

    Incoming(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    void put(LedgerCopy.Piece piece, byte[] bytes) throws IOException {
        if (bytes.length != piece.length()) throw new IOException(piece + " came with " + bytes.length + " bytes");
        disk.createDirectories(directory);
        Path file = file(piece);
        disk.delete(file);
        try (DiskFile out = disk.create(file)) {
            out.write(ByteBuffer.wrap(bytes));
            out.force();
        }
        Path above = directory.getParent();
        if (above != null) disk.forceDirectory(above);
        disk.forceDirectory(directory);
    }

    byte[] read(LedgerCopy.Piece piece) throws IOException {
        ByteBuffer bytes = disk.readAll(file(piece), piece.length());
        byte[] whole = new byte[bytes.remaining()];
        bytes.get(whole);
        return whole;
    }

    void clear() throws IOException {
        for (Path file : disk.list(directory)) disk.delete(file);
    }

    private Path file(LedgerCopy.Piece piece) {
        return directory.resolve(piece.segment() + "-" + piece.offset() + "-" + piece.length());
    }
}
