package rubato.data.cache;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import rubato.data.file.Sha256;

/**
 * Writes one cache file: sections of little-endian numbers one after another, then a footer with the properties and the table of
 * sections. The content's fingerprint, SHA-256 over the sections and properties, is kept as a property.
 *
 * <p>Layout: magic (8 bytes), sections each at a multiple of 64, footer, then footer length (4), footer CRC-32C (4), file length
 * (8), magic (8). What lacks its end is no cache file.
 */
public final class CacheWriter implements AutoCloseable {
    static final long MAGIC = 0x3130_4154_4142_5552L; // "RUBATA01" as little-endian bytes
    static final int ALIGNMENT = 64;
    static final int TRAILER = 24;
    static final String FINGERPRINT = "fingerprint";
    private static final int BUFFER = 1 << 18;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private final MessageDigest digest = Sha256.digest();
    private final CRC32C checksum = new CRC32C();
    private final Map<String, String> properties = new TreeMap<>();
    private final List<Section> sections = new ArrayList<>();
    private String current = "";
    private long start;
    private long end;

    CacheWriter(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        buffer.putLong(MAGIC);
        drain();
    }

    /** Ends the section before it and starts this one; what is put from now on belongs to it. */
    public void section(String name) {
        finishSection();
        pad();
        current = name;
        start = end;
        checksum.reset();
        digest.update((name + '\n').getBytes(StandardCharsets.UTF_8));
    }

    public void property(String name, String value) {
        properties.put(name, value);
    }

    public void property(String name, long value) {
        property(name, Long.toString(value));
    }

    public void putInt(int value) {
        room(Integer.BYTES).putInt(value);
    }

    public void putLong(long value) {
        room(Long.BYTES).putLong(value);
    }

    public void putFloat(float value) {
        room(Float.BYTES).putFloat(value);
    }

    public void put(byte[] bytes, int length) {
        for (int done = 0; done < length; ) {
            int n = Math.min(length - done, room(1).remaining());
            buffer.put(bytes, done, n);
            done += n;
        }
    }

    /** Writes the footer and forces everything to the disk. */
    void finish() throws IOException {
        finishSection();
        property(FINGERPRINT, fingerprint());
        byte[] footer = footer();
        CRC32C sum = new CRC32C();
        sum.update(footer);
        current = "";
        put(footer, footer.length);
        drain();
        buffer.putInt(footer.length)
                .putInt((int) sum.getValue())
                .putLong(end + TRAILER)
                .putLong(MAGIC);
        drain();
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private String fingerprint() {
        properties.forEach((k, v) -> digest.update((k + '=' + v + '\n').getBytes(StandardCharsets.UTF_8)));
        return Sha256.hex(digest);
    }

    private byte[] footer() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(properties.size());
        for (Map.Entry<String, String> e : properties.entrySet()) {
            out.writeUTF(e.getKey());
            out.writeUTF(e.getValue());
        }
        out.writeInt(sections.size());
        for (Section s : sections) {
            out.writeUTF(s.name());
            out.writeLong(s.offset());
            out.writeLong(s.bytes());
            out.writeLong(s.checksum());
        }
        return bytes.toByteArray();
    }

    private void finishSection() {
        drain();
        if (!current.isEmpty()) sections.add(new Section(current, start, end - start, checksum.getValue()));
        current = "";
    }

    private void pad() {
        int gap = (int) ((ALIGNMENT - end % ALIGNMENT) % ALIGNMENT);
        put(new byte[gap], gap);
        drain();
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) drain();
        return buffer;
    }

    /** Empties the buffer into the file; bytes of a section go into its checksum and the fingerprint. */
    private void drain() {
        buffer.flip();
        if (!current.isEmpty()) {
            checksum.update(buffer);
            buffer.rewind();
            digest.update(buffer);
            buffer.rewind();
        }
        try {
            while (buffer.hasRemaining()) end += channel.write(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer.clear();
    }
}
