package rubato.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file open for appending. After a failed {@link #force()} it is dead: what the kernel kept of it is unknown, so no later call succeeds. */
public interface DiskFile extends Closeable {
    /** Writes all that remains in the buffer, or fails with any part of it written. */
    void write(ByteBuffer bytes) throws IOException;

    /** Makes everything written durable. */
    void force() throws IOException;

    /** Bytes in the file, durable or not. */
    long size();
}
