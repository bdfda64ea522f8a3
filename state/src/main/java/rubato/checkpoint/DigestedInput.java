package rubato.checkpoint;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;

/** A file being read from front to back and the SHA-256 of its bytes so far. */
final class DigestedInput implements Closeable {
    private static final int CHUNK = 1 << 20;

    private final SeekableByteChannel channel;
    private final MessageDigest sha = Sha256.digest();
    private long remaining;

    DigestedInput(SeekableByteChannel channel) throws IOException {
        this.channel = channel;
        this.remaining = channel.size();
    }

    long remaining() {
        return remaining;
    }

    /** The next bytes, which must be there: check {@link #remaining()} before asking for many. */
    ByteBuffer read(int bytes) throws IOException {
        return read(ByteBuffer.allocate(bytes));
    }

    /** Fills the buffer and flips it. */
    ByteBuffer read(ByteBuffer into) throws IOException {
        int wanted = into.remaining();
        while (into.hasRemaining()) if (channel.read(into) < 0) throw new EOFException("is cut short");
        into.flip();
        sha.update(into.duplicate());
        remaining -= wanted;
        return into;
    }

    /** Reads what is left and returns the digest of the whole file. */
    String digestToEnd() throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK, Math.max(1, remaining)));
        while (remaining > 0) read(chunk.clear().limit((int) Math.min(chunk.capacity(), remaining)));
        return Sha256.hex(sha.digest());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
