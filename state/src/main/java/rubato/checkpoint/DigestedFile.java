package rubato.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import rubato.disk.DiskFile;

/** A file being written and the SHA-256 of its bytes so far. */
final class DigestedFile implements Closeable {
    private final DiskFile out;
    private final MessageDigest sha = Sha256.digest();

    DigestedFile(DiskFile out) {
        this.out = out;
    }

    void write(ByteBuffer bytes) throws IOException {
        sha.update(bytes.duplicate());
        out.write(bytes);
    }

    /** Makes the file durable and describes it. */
    Manifest.FileDigest finish(String name) throws IOException {
        out.force();
        return new Manifest.FileDigest(name, out.size(), Sha256.hex(sha.digest()));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
