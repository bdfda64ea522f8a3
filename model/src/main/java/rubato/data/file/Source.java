package rubato.data.file;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import rubato.error.RubatoException;

/** A file that data is read from, plain or gzip (told apart by its first bytes). Errors name the file and the place in the decoded bytes. */
public final class Source extends InputStream {
    private static final int BUFFER = 1 << 16;
    /** No deflate stream is denser than this (zlib, "Maximum Compression Factor", 1032:1). */
    private static final long MAX_DEFLATE_RATIO = 1032;

    private final Path path;
    private final InputStream in;
    private final boolean compressed;
    private final long fileBytes;
    private long position;

    private Source(Path path, InputStream in, boolean compressed, long fileBytes) {
        this.path = path;
        this.in = in;
        this.compressed = compressed;
        this.fileBytes = fileBytes;
    }

    /** That the file is there, a file, readable and not empty. */
    public static void require(Path path) {
        if (!Files.exists(path)) throw RubatoException.failed(path + ": no such file");
        if (!Files.isRegularFile(path)) throw RubatoException.failed(path + ": not a file");
        if (!Files.isReadable(path)) throw RubatoException.failed(path + ": not readable by this user");
        try {
            if (Files.size(path) == 0) throw RubatoException.failed(path + ": empty file");
        } catch (IOException e) {
            throw RubatoException.failed(path + ": cannot read: " + e.getMessage(), e);
        }
    }

    /** Opens a file that {@link #require} accepts. */
    @SuppressWarnings("resource") // the stream is the source's own, closed with it
    public static Source open(Path path) {
        require(path);
        InputStream raw = null;
        try {
            raw = new BufferedInputStream(Files.newInputStream(path), BUFFER);
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            InputStream in = gzip ? new GZIPInputStream(raw, BUFFER) : raw;
            return new Source(path, in, gzip, Files.size(path));
        } catch (EOFException e) {
            throw RubatoException.failed(path + ": truncated gzip, it ends inside its header", e);
        } catch (IOException e) {
            throw RubatoException.failed(path + ": cannot read: " + e.getMessage(), e);
        }
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        try {
            int n = in.read(into, offset, length);
            if (n > 0) position += n;
            return n;
        } catch (EOFException e) {
            throw RubatoException.failed(path + ": truncated gzip, it ends after " + position + " decoded bytes", e);
        } catch (ZipException e) {
            throw RubatoException.failed(
                    path + ": damaged gzip after " + position + " decoded bytes: " + e.getMessage(), e);
        } catch (IOException e) {
            throw RubatoException.failed(path + ": cannot read at byte " + position + ": " + e.getMessage(), e);
        }
    }

    /** Its text: UTF-8, with or without a byte order mark. Other bytes are an error, not question marks. */
    public Reader text() {
        Reader decoded = new BufferedReader(new InputStreamReader(this, StandardCharsets.UTF_8.newDecoder()), BUFFER);
        try {
            decoded.mark(1);
            if (decoded.read() != '\uFEFF') decoded.reset();
            return decoded;
        } catch (IOException e) {
            throw notText(e);
        }
    }

    /** What a failure of {@link #text} to read means. */
    public RubatoException notText(IOException e) {
        if (!(e instanceof CharacterCodingException)) return RubatoException.failed(path + ": cannot read: " + e, e);
        return RubatoException.failed(path + ": not UTF-8 text, within its first " + position + " bytes", e)
                .remedy("convert it to UTF-8 first");
    }

    /** How many of the wanted bytes there were before the end. */
    public int readUpTo(byte[] into, int length) {
        int have = 0;
        while (have < length) {
            int n = read(into, have, length - have);
            if (n < 0) break;
            have += n;
        }
        return have;
    }

    /** The most decoded bytes a file of this size can hold: exact if plain, a bound if compressed. */
    public long mostBytes() {
        return compressed ? fileBytes * MAX_DEFLATE_RATIO : fileBytes;
    }

    public boolean compressed() {
        return compressed;
    }

    /** Decoded bytes read so far. */
    public long position() {
        return position;
    }

    public Path path() {
        return path;
    }

    /** An error in this file. */
    public RubatoException bad(String what) {
        return RubatoException.failed(path + ": " + what);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw RubatoException.failed(path + ": cannot close: " + e.getMessage(), e);
        }
    }
}
