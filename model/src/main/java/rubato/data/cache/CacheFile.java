package rubato.data.cache;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A finished cache file, checked when opened. Mappings outlive its closing. */
public final class CacheFile implements AutoCloseable {
    private static final long PIECE = 1L << 30;

    private final FileChannel channel;
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, Section> sections = new HashMap<>();

    private CacheFile(FileChannel channel) {
        this.channel = channel;
    }

    /** The file if it is there and whole; empty if absent, truncated or damaged. */
    static Optional<CacheFile> open(Path path) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        CacheFile file = new CacheFile(channel);
        boolean whole = false;
        try {
            whole = file.readFooter() && file.checksumsMatch();
        } finally {
            if (!whole) channel.close();
        }
        return whole ? Optional.of(file) : Optional.empty();
    }

    /** SHA-256 over the content, whatever file it was decoded from. */
    public String fingerprint() {
        return text(CacheWriter.FINGERPRINT);
    }

    public String text(String property) {
        String value = properties.get(property);
        if (value == null) throw new IllegalArgumentException("no property " + property + " in " + properties.keySet());
        return value;
    }

    public int number(String property) {
        return Integer.parseInt(text(property));
    }

    /** The section's bytes, little-endian, read-only, in pieces of as many whole rows as fit 1 GiB each. */
    public ByteBuffer[] rows(String name, long rowBytes) throws IOException {
        Section section = section(name);
        long piece = rowsPerPiece(rowBytes) * rowBytes;
        int count = (int) ((section.bytes() + piece - 1) / piece);
        ByteBuffer[] pieces = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            pieces[i] = map(section.offset() + i * piece, Math.min(piece, section.bytes() - i * piece));
        }
        return pieces;
    }

    /** How many rows each piece of {@link #rows} holds, the last one excepted. */
    public static long rowsPerPiece(long rowBytes) {
        return Math.max(1, PIECE / rowBytes);
    }

    /** The section's bytes, little-endian, read-only; empty if they do not fit one mapping (2 GiB). */
    public Optional<ByteBuffer> whole(String name) throws IOException {
        Section section = section(name);
        return section.bytes() > Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of(map(section.offset(), section.bytes()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private Section section(String name) {
        Section section = sections.get(name);
        if (section == null) throw new IllegalArgumentException("no section " + name + " in " + sections.keySet());
        return section;
    }

    private MappedByteBuffer map(long offset, long bytes) throws IOException {
        MappedByteBuffer mapped = channel.map(MapMode.READ_ONLY, offset, bytes);
        mapped.order(ByteOrder.LITTLE_ENDIAN);
        return mapped;
    }

    private boolean readFooter() throws IOException {
        long size = channel.size();
        if (size < Long.BYTES + CacheWriter.TRAILER || read(0, Long.BYTES).getLong() != CacheWriter.MAGIC) return false;
        ByteBuffer trailer = read(size - CacheWriter.TRAILER, CacheWriter.TRAILER);
        int length = trailer.getInt();
        int checksum = trailer.getInt();
        if (trailer.getLong() != size || trailer.getLong() != CacheWriter.MAGIC) return false;
        if (length < 0 || length > size - CacheWriter.TRAILER - Long.BYTES) return false;
        ByteBuffer footer = read(size - CacheWriter.TRAILER - length, length);
        CRC32C sum = new CRC32C();
        byte[] bytes = new byte[length];
        footer.get(bytes);
        sum.update(bytes);
        if ((int) sum.getValue() != checksum) return false;
        parse(new DataInputStream(new ByteArrayInputStream(bytes)));
        return true;
    }

    private void parse(DataInputStream footer) throws IOException {
        for (int n = footer.readInt(); n > 0; n--) properties.put(footer.readUTF(), footer.readUTF());
        for (int n = footer.readInt(); n > 0; n--) {
            Section s = new Section(footer.readUTF(), footer.readLong(), footer.readLong(), footer.readLong());
            sections.put(s.name(), s);
        }
    }

    private boolean checksumsMatch() throws IOException {
        for (Section s : sections.values()) {
            CRC32C sum = new CRC32C();
            for (ByteBuffer piece : rows(s.name(), 1)) sum.update(piece);
            if (sum.getValue() != s.checksum()) return false;
        }
        return true;
    }

    private ByteBuffer read(long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {}
        return buffer.flip();
    }
}
