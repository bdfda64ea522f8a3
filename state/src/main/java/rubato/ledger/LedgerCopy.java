package rubato.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.disk.DiskFile;
import rubato.error.RubatoException;

/**
 * One replica's files of a replicated ledger, byte for byte those of every other. It is forced now and then only: what a
 * crash takes from its end the replicated log still holds and applies again. One thread.
 */
public final class LedgerCopy implements AutoCloseable {
    private final Path directory;
    private final Disk disk;
    private final String runId;
    private final long segmentBytes;
    private LedgerHead end;
    private @Nullable DiskFile out;

    private LedgerCopy(Path directory, Disk disk, String runId, long segmentBytes, LedgerHead end) {
        this.directory = directory;
        this.disk = disk;
        this.runId = runId;
        this.segmentBytes = segmentBytes;
        this.end = end;
    }

    /** A run of bytes of one segment file. */
    public record Piece(int segment, long offset, int length) {
        public Piece {
            if (segment < 1 || offset < 0 || length < 1)
                throw new IllegalArgumentException(
                        "no piece of a ledger: segment " + segment + " offset " + offset + " length " + length);
        }
    }

    /** Opens what is there, or begins anew; whatever an interrupted write left at the end is cut off. */
    public static LedgerCopy open(Path directory, Disk disk, String runId, long segmentBytes) {
        try {
            disk.createDirectories(directory);
            Path above = directory.toAbsolutePath().getParent();
            if (above != null) disk.forceDirectory(above);
            disk.forceDirectory(directory);
            LedgerHead found = CopyEnd.find(directory, disk, runId);
            LedgerCopy copy = new LedgerCopy(directory, disk, runId, segmentBytes, found);
            copy.cutAfter(found);
            return copy;
        } catch (IOException e) {
            throw DiskErrors.failed("open ledger", directory, e);
        }
    }

    /** Removes every segment after the one the ledger ends in, and what lies in that one behind the end. */
    private void cutAfter(LedgerHead head) throws IOException {
        for (Path path : disk.list(directory)) {
            String name = path.getFileName().toString();
            if (SegmentName.isSegment(name) && SegmentName.number(name) > head.segment()) disk.delete(path);
        }
        if (!head.finished()) ClosingMark.remove(disk, directory);
        if (head.segment() == 0) return;
        out = disk.append(file(head.segment()), head.offset());
        out.force();
        if (head.finished()) close(head);
    }

    public LedgerHead end() {
        return end;
    }

    /** Writes what an append adds, or what is missing of it if a part lies here already. */
    public LedgerHead append(LedgerHead before, List<byte[]> entries, boolean finishes) throws IOException {
        LedgerHead.Extension extension = before.extension(runId, entries, finishes, segmentBytes);
        LedgerHead after = extension.after();
        if (end.count() < before.count())
            throw new IOException("this copy ends at " + end + ", before the entries to add at " + before);
        if (end.count() == before.count()) write(extension);
        else if (end.count() < after.count()) complete(extension);
        return after;
    }

    /** Writes the rest of an append that an interrupted write left undone. */
    private void complete(LedgerHead.Extension extension) throws IOException {
        LedgerHead after = extension.after();
        ByteBuffer records = extension.records().duplicate();
        long start = after.offset() - records.remaining();
        if (end.segment() != after.segment() || end.offset() < start || end.offset() > after.offset())
            throw new IOException("this copy ends at " + end + ", which is not within the entries up to " + after);
        out().write(records.position((int) (end.offset() - start)));
        end = after;
        if (end.finished()) close(end);
    }

    private void write(LedgerHead.Extension extension) throws IOException {
        if (!extension.before().sameAs(end))
            throw new IOException("this copy ends at " + end + ", the log says " + extension.before());
        if (end.finished()) ClosingMark.remove(disk, directory);
        if (extension.forces()) force();
        if (extension.header().hasRemaining())
            open(extension.after().segment(), extension.header().duplicate());
        out().write(extension.records().duplicate());
        end = extension.after();
        if (end.finished()) close(end);
    }

    private void close(LedgerHead last) throws IOException {
        force();
        ClosingMark.write(
                disk, directory, runId, last.count(), java.util.HexFormat.of().formatHex(last.link()));
    }

    private void open(int segment, ByteBuffer header) throws IOException {
        if (out != null) out.close();
        out = disk.create(file(segment));
        out.write(header);
        out.force();
        disk.forceDirectory(directory);
    }

    /** Makes everything written durable. */
    public void force() throws IOException {
        if (out != null) out.force();
    }

    /** The files up to a head, in pieces of at most so many bytes; the same on every replica. */
    public List<Piece> pieces(LedgerHead head, int most) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        for (int segment = 1; segment <= head.segment(); segment++) {
            long length = segment == head.segment() ? head.offset() : size(segment);
            for (long at = 0; at < length; at += most)
                pieces.add(new Piece(segment, at, (int) Math.min(most, length - at)));
        }
        return pieces;
    }

    private long size(int segment) throws IOException {
        try (SeekableByteChannel channel = disk.read(file(segment))) {
            return channel.size();
        }
    }

    /** Whether a piece lies here whole. */
    public boolean holds(Piece piece) {
        return piece.segment() < end.segment()
                || (piece.segment() == end.segment() && piece.offset() + piece.length() <= end.offset());
    }

    /** The bytes of a piece that lies here. */
    public byte[] read(Piece piece) throws IOException {
        if (!holds(piece)) throw new IOException(piece + " is not in " + directory + ", which ends at " + end);
        ByteBuffer bytes = ByteBuffer.allocate(piece.length());
        try (SeekableByteChannel channel = disk.read(file(piece.segment()))) {
            channel.position(piece.offset());
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) throw new IOException(file(piece.segment()) + " is cut short");
            }
        }
        return bytes.array();
    }

    /**
     * Takes over another replica's files up to a head. Each segment is made whole beside the ledger and moved in, so that a
     * crash at any moment leaves sound files.
     *
     * @param workshop a directory on the same file system where segments are put together
     * @return false if everything lay here already, perhaps not forced
     */
    public boolean install(LedgerHead head, List<Piece> pieces, PieceSource source, Path workshop) throws IOException {
        if (end.count() >= head.count()) return false;
        force();
        if (out != null) out.close();
        out = null;
        disk.createDirectories(workshop);
        for (int segment = Math.max(1, end.segment()); segment <= head.segment(); segment++)
            assemble(segment, pieces, source, workshop);
        ClosingMark.remove(disk, directory);
        LedgerHead found = CopyEnd.find(directory, disk, runId);
        if (!found.sameAs(head)) throw new IOException("received files end at " + found + ", announced was " + head);
        end = head;
        cutAfter(head);
        return true;
    }

    private void assemble(int segment, List<Piece> pieces, PieceSource source, Path workshop) throws IOException {
        Path made = workshop.resolve(SegmentName.of(segment));
        disk.delete(made);
        try (DiskFile file = disk.create(made)) {
            for (Piece piece : pieces) {
                if (piece.segment() != segment) continue;
                if (piece.offset() != file.size()) throw new IOException(piece + " does not follow what was received");
                file.write(ByteBuffer.wrap(holds(piece) ? read(piece) : source.read(piece)));
            }
            file.force();
        }
        disk.move(made, file(segment));
        disk.forceDirectory(directory);
    }

    /** Reads the bytes of a piece from elsewhere. */
    public interface PieceSource {
        byte[] read(Piece piece) throws IOException;
    }

    /** Everything in it, for who takes over; any thread that knows nothing is being written. */
    public LedgerImage image() {
        LedgerImage image = LedgerReader.read(directory, disk);
        if (image.scan().count() != end.count())
            throw RubatoException.failed(
                    "ledger " + directory + " reads as " + image.scan().count()
                            + " entries, written were " + end.count() + ": "
                            + image.scan().problems());
        return image;
    }

    private DiskFile out() throws IOException {
        if (out == null) throw new IOException("ledger " + directory + " has no open segment");
        return out;
    }

    private Path file(int segment) {
        return directory.resolve(SegmentName.of(segment));
    }

    @Override
    public void close() {
        try {
            force();
            if (out != null) out.close();
        } catch (IOException e) {
            return; // the replicated log still holds what was not forced
        }
    }
}
