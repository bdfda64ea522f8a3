package rubato.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;

/** A file of a checkpoint, put together from its blocks; each is checked before a byte of it is used. */
final class BlockSource implements ByteSource {
    /** A block that is missing or damaged. */
    static final class BadBlock extends IOException {
        private static final long serialVersionUID = 1L;

        BadBlock(String message) {
            super(message);
        }
    }

    private final Path directory;
    private final Disk disk;
    private final Manifest.Blocks file;
    private final int blockBytes;
    private ByteBuffer block = ByteBuffer.allocate(0);
    private int next;
    private long remaining;

    BlockSource(Path directory, Disk disk, Manifest.Blocks file, int blockBytes) {
        this.directory = directory;
        this.disk = disk;
        this.file = file;
        this.blockBytes = blockBytes;
        this.remaining = file.bytes();
    }

    @Override
    public long remaining() {
        return remaining;
    }

    @Override
    public ByteBuffer read(ByteBuffer into) throws IOException {
        if (into.remaining() > remaining) throw new EOFException("is cut short");
        remaining -= into.remaining();
        while (into.hasRemaining()) {
            if (!block.hasRemaining()) block = block(next++);
            int bytes = Math.min(into.remaining(), block.remaining());
            into.put(block.slice(block.position(), bytes));
            block.position(block.position() + bytes);
        }
        return into.flip();
    }

    /** The next whole block. */
    ByteBuffer nextBlock() throws IOException {
        ByteBuffer whole = block(next++);
        remaining -= whole.remaining();
        return whole;
    }

    private ByteBuffer block(int index) throws IOException {
        String name = file.blocks().get(index);
        int expected = (int) Math.min(blockBytes, file.bytes() - (long) index * blockBytes);
        return read(directory.resolve(name), disk, expected, "block " + index + " of " + file.name() + " ");
    }

    /** A block named by its digest, checked. */
    static ByteBuffer read(Path place, Disk disk, int expected, String what) throws IOException {
        ByteBuffer bytes;
        try {
            bytes = disk.readAll(place, expected);
        } catch (IOException e) {
            throw new BadBlock(what + DiskErrors.reason(e));
        }
        if (bytes.remaining() != expected)
            throw new BadBlock(what + "is " + bytes.remaining() + " bytes long, the manifest says " + expected);
        if (!Sha256.of(bytes.duplicate()).equals(place.getFileName().toString()))
            throw new BadBlock(what + "is damaged: its SHA-256 is not its name");
        return bytes;
    }
}
