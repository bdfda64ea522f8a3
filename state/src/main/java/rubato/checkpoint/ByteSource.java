package rubato.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes read once from front to back. */
interface ByteSource {
    /** Bytes still to come. */
    long remaining();

    /** Fills the buffer with the next bytes, which must be there, and flips it. */
    ByteBuffer read(ByteBuffer into) throws IOException;

    /** The next bytes; check {@link #remaining()} before asking for many. */
    default ByteBuffer read(int bytes) throws IOException {
        return read(ByteBuffer.allocate(bytes));
    }

    /** These bytes. */
    static ByteSource of(ByteBuffer all) {
        return new ByteSource() {
            @Override
            public long remaining() {
                return all.remaining();
            }

            @Override
            public ByteBuffer read(ByteBuffer into) throws IOException {
                if (all.remaining() < into.remaining()) throw new EOFException("is cut short");
                int bytes = into.remaining();
                into.put(all.slice(all.position(), bytes)).flip();
                all.position(all.position() + bytes);
                return into;
            }
        };
    }
}
