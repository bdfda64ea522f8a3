package rubato.data;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import rubato.data.file.Source;
import rubato.error.RubatoException;

/**
 * An IDX file of unsigned bytes (LeCun, "The MNIST database", file formats): two zero bytes, type 0x08, number of dimensions, then each
 * dimension as a big-endian int32, then the bytes. The dimensions are checked against the file's size before anything is read by them.
 */
final class IdxFile implements AutoCloseable {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int MOST_DIMENSIONS = 4;

    private final Source in;
    private final int[] dimensions;

    private IdxFile(Source in, int[] dimensions) {
        this.in = in;
        this.dimensions = dimensions;
    }

    /** Opens it and reads its header. */
    static IdxFile open(Path path, int fewestDimensions, int mostDimensions) {
        Source in = Source.open(path);
        try {
            int rank = rank(in, fewestDimensions, mostDimensions);
            IdxFile file = new IdxFile(in, dimensions(in, rank));
            file.checkSize();
            return file;
        } catch (RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static int rank(Source in, int fewest, int most) {
        int magic = header(in, Integer.BYTES).getInt();
        int rank = magic & 0xFF;
        boolean right = magic >>> 8 == UNSIGNED_BYTE && rank >= fewest && rank <= Math.min(most, MOST_DIMENSIONS);
        if (right) return rank;
        throw in.bad(String.format(
                "wrong magic 0x%08x at byte 0, expected 0x%08x", magic, UNSIGNED_BYTE << 8 | usual(fewest)));
    }

    /** The number of dimensions to name when it is wrong: 3 for images, 1 for labels. */
    private static int usual(int fewest) {
        return fewest == 1 ? 1 : 3;
    }

    private static int[] dimensions(Source in, int rank) {
        ByteBuffer header = header(in, rank * Integer.BYTES);
        int[] dimensions = new int[rank];
        for (int i = 0; i < rank; i++) {
            dimensions[i] = header.getInt();
            if (dimensions[i] <= 0) {
                throw in.bad("dimension " + i + " at byte " + 4 * (i + 1) + " must be > 0, was " + dimensions[i]);
            }
        }
        return dimensions;
    }

    private static ByteBuffer header(Source in, int length) {
        byte[] bytes = new byte[length];
        int have = in.readUpTo(bytes, length);
        if (have < length) throw in.bad("truncated IDX header, it ends at byte " + in.position());
        return ByteBuffer.wrap(bytes);
    }

    private void checkSize() {
        long room = in.mostBytes() - in.position();
        long row = 1;
        for (int i = 1; i < dimensions.length; i++) {
            if (row > Integer.MAX_VALUE / dimensions[i])
                throw in.bad("one record must have < 2^31 bytes, the header says more");
            row *= dimensions[i];
        }
        if (row * dimensions[0] > room) {
            String atMost = in.compressed() ? " at most" : "";
            throw in.bad("truncated IDX: the header announces " + dimensions[0] + " records of " + row
                    + " bytes, the file holds" + atMost + " " + room + " bytes after it");
        }
        if (!in.compressed() && row * dimensions[0] < room) throw surplus();
    }

    private RubatoException surplus() {
        return in.bad("bytes left over after the " + dimensions[0] + " records of " + rowBytes()
                + " bytes the header announces");
    }

    int count() {
        return dimensions[0];
    }

    /** Size of dimension i of a record, 1 if it has fewer. */
    int dimension(int i) {
        return i + 1 < dimensions.length ? dimensions[i + 1] : 1;
    }

    /** How many dimensions a record has. */
    int recordRank() {
        return dimensions.length - 1;
    }

    int rowBytes() {
        int bytes = 1;
        for (int i = 1; i < dimensions.length; i++) bytes *= dimensions[i];
        return bytes;
    }

    /** Reads the record of this number, which is the next one. */
    void readRow(int number, byte[] into) {
        int have = in.readUpTo(into, into.length);
        if (have < into.length) {
            throw in.bad(
                    "truncated IDX: it ends in record " + number + " of " + count() + ", at byte " + in.position());
        }
    }

    /** That nothing follows the last record. */
    void requireEnd() {
        if (in.read() >= 0) throw surplus();
    }

    RubatoException bad(String what) {
        return in.bad(what);
    }

    Path path() {
        return in.path();
    }

    @Override
    public void close() {
        in.close();
    }
}
