package rubato.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import rubato.codec.CodecException;
import rubato.codec.RecordCodec;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.disk.RealDisk;
import rubato.history.Entry;

/** Reads a ledger directory entry by entry. Never throws on damage: it stops at the first and describes it. One scan per object. */
public final class LedgerReader {
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);
    private static final int MAX_SEGMENT = 1 << 30;

    private final Path directory;
    private final Disk disk;
    private final Consumer<Positioned> each;
    private final List<String> problems = new ArrayList<>();
    private Chain chain = Chain.start();
    private String runId = "";
    private long count;
    private @Nullable Path segment;
    private long wholeBytes;
    private @Nullable Path tornFile;
    private long tornBytes;
    private int tornCrc;
    private boolean finished;

    private LedgerReader(Path directory, Disk disk, Consumer<Positioned> each) {
        this.directory = directory;
        this.disk = disk;
        this.each = each;
    }

    /** Reads a whole ledger into memory. */
    public static LedgerImage read(Path directory) {
        return read(directory, new RealDisk());
    }

    public static LedgerImage read(Path directory, Disk disk) {
        List<Positioned> entries = new ArrayList<>();
        LedgerScan scan = scan(directory, disk, entries::add);
        return new LedgerImage(entries, scan);
    }

    /** Hands over each entry that can be trusted, in order, holding one segment in memory at a time. */
    public static LedgerScan scan(Path directory, Disk disk, Consumer<Positioned> each) {
        return new LedgerReader(directory, disk, each).scan();
    }

    private LedgerScan scan() {
        try {
            scanSegments(segments());
        } catch (IOException e) {
            problems.add("cannot read " + directory + ": " + DiskErrors.reason(e));
        }
        Tail tail = tail();
        return new LedgerScan(runId, count, chain.hex(), segment, wholeBytes, tornBytes, tornCrc, tail, problems);
    }

    private List<Path> segments() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path path : disk.list(directory)) {
            String name = path.getFileName().toString();
            if (SegmentName.isSegment(name)) found.add(path);
            else if (!name.equals(ClosingMark.NAME)) unknown(path);
        }
        return found;
    }

    private void unknown(Path path) {
        if (!path.getFileName().toString().equals(ClosingMark.TEMPORARY))
            problems.add(path + ": does not belong there");
    }

    private void scanSegments(List<Path> segments) {
        for (int i = 0; i < segments.size(); i++) {
            Path file = segments.get(i);
            Path expected = directory.resolve(SegmentName.of(i + 1));
            if (!file.getFileName().equals(expected.getFileName())) {
                problems.add(expected + ": segment is missing, next found is " + file.getFileName());
                return;
            }
            if (!scanSegment(file, i == segments.size() - 1)) return;
        }
    }

    /** Whether the segment is sound to its end. */
    private boolean scanSegment(Path file, boolean last) {
        ByteBuffer bytes = load(file);
        if (bytes == null) return false;
        int offset = header(file, bytes, last);
        if (offset < 0) return false;
        segment = file;
        wholeBytes = offset;
        while (offset < bytes.limit()) {
            RecordFrame record = RecordFrame.at(bytes, offset);
            if (record == null) return tornOrDamaged(file, bytes, offset, last);
            if (!accept(file, bytes, offset, record)) return false;
            offset += record.size();
            wholeBytes = offset;
        }
        return true;
    }

    private @Nullable ByteBuffer load(Path file) {
        try {
            return disk.readAll(file, MAX_SEGMENT);
        } catch (IOException e) {
            problems.add(file + ": " + DiskErrors.reason(e));
            return null;
        }
    }

    /** Where the first record begins, or -1. */
    private int header(Path file, ByteBuffer bytes, boolean last) {
        try {
            SegmentHeader header = SegmentHeader.decode(bytes);
            int end = bytes.position();
            String wrong = misfit(header);
            if (wrong != null) {
                problems.add(file + " offset 0: " + wrong);
                return -1;
            }
            runId = header.runId();
            chain.advance(bytes.slice(0, end));
            return end;
        } catch (SegmentHeader.BadHeader e) {
            boolean foreign = e.foreign() && (segment == null || bytes.limit() > SegmentHeader.MAX_BYTES);
            if (last && !foreign && !holdsRecord(bytes, 0, -1)) torn(file, bytes.slice(0, bytes.limit()));
            else problems.add(file + " offset 0: " + e.getMessage());
            return -1;
        }
    }

    private @Nullable String misfit(SegmentHeader header) {
        if (count > 0 && !header.runId().equals(runId))
            return "segment belongs to run " + header.runId() + ", the ledger to " + runId;
        if (header.firstIndex() != count)
            return "segment begins with entry " + header.firstIndex() + ", expected " + count;
        if (!java.util.Arrays.equals(header.previousLink(), chain.link()))
            return "chain is broken: segment does not follow the one before it";
        return null;
    }

    private boolean accept(Path file, ByteBuffer bytes, int offset, RecordFrame record) {
        String where = file + " offset " + offset + " entry " + count + ": ";
        byte[] before = chain.link();
        byte[] link = chain.advance(RecordFrame.head(bytes, offset), record.payload());
        String wrong = java.util.Arrays.equals(link, record.link())
                ? formatProblem(bytes, offset)
                : "chain is broken: an entry was changed, removed, inserted or moved here";
        if (wrong != null) {
            chain = new Chain(before);
            problems.add(where + wrong);
            return false;
        }
        try {
            Entry entry = CODEC.decode(record.payload());
            each.accept(new Positioned(
                    file, offset, count, entry, ByteBuffer.wrap(link).getLong()));
            finished = entry instanceof Entry.Finished;
            count++;
            return true;
        } catch (CodecException e) {
            chain = new Chain(before);
            problems.add(where + "cannot be read: " + e.getMessage());
            return false;
        }
    }

    private static @Nullable String formatProblem(ByteBuffer bytes, int offset) {
        short kind = RecordFrame.kind(bytes, offset);
        short version = RecordFrame.version(bytes, offset);
        if (kind == RecordFrame.KIND_ENTRY && version == RecordFrame.VERSION) return null;
        return "record kind " + kind + " version " + version + " is unknown to this build (knows kind "
                + RecordFrame.KIND_ENTRY + " version " + RecordFrame.VERSION + ")";
    }

    /** Decides whether bad bytes are the torn tail of an interrupted write or damage to what was durable. Always ends the scan. */
    private boolean tornOrDamaged(Path file, ByteBuffer bytes, int offset, boolean last) {
        if (last && !holdsRecord(bytes, offset + 1, count)) {
            torn(file, bytes.slice(offset, bytes.limit() - offset));
            return false;
        }
        problems.add(file + " offset " + offset + " entry " + count + ": damaged (checksum or length does not match)");
        return false;
    }

    private void torn(Path file, ByteBuffer bytes) {
        tornFile = file;
        tornBytes = bytes.remaining();
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        tornCrc = (int) crc.getValue();
    }

    /** Whether a whole record lies anywhere behind an offset that was written after entry {@code index} was durable. */
    private static boolean holdsRecord(ByteBuffer bytes, int offset, long index) {
        for (int at = offset; at <= bytes.limit() - RecordFrame.OVERHEAD; at++) {
            if (RecordFrame.kind(bytes, at) != RecordFrame.KIND_ENTRY) continue;
            RecordFrame later = RecordFrame.at(bytes, at);
            if (later != null && later.batchStart() > index) return true;
        }
        return false;
    }

    private Tail tail() {
        Path mark = directory.resolve(ClosingMark.NAME);
        if (!disk.exists(mark)) {
            if (finished) return Tail.UNMARKED;
            return tornFile != null ? Tail.TORN : Tail.OPEN;
        }
        String wrong = ClosingMark.problem(disk, mark, runId, count, chain.hex());
        if (tornFile != null) {
            long from = tornFile.equals(segment) ? wholeBytes : 0;
            problems.add(tornFile + " offset " + from + " entry " + count + ": " + tornBytes
                    + " bytes of a finished run are damaged or do not belong there");
        } else if (wrong != null && problems.isEmpty()) {
            problems.add(wrong);
        }
        return Tail.CLOSED;
    }
}
