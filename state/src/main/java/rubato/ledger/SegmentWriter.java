package rubato.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import rubato.disk.Disk;
import rubato.disk.DiskFile;

/** Writes batches of records behind one another, one fsync each, and begins a new segment when one is full. One thread. */
final class SegmentWriter implements AutoCloseable {
    static final long SEGMENT_BYTES = 64L << 20;

    private final Path directory;
    private final Disk disk;
    private final String runId;
    private final long segmentBytes;
    private final Chain chain;
    private DiskFile out;
    private int segment;
    private long count;
    private boolean marked;

    private SegmentWriter(
            Path directory,
            Disk disk,
            String runId,
            long segmentBytes,
            Chain chain,
            int segment,
            long count,
            DiskFile out) {
        this.directory = directory;
        this.disk = disk;
        this.runId = runId;
        this.segmentBytes = segmentBytes;
        this.chain = chain;
        this.segment = segment;
        this.count = count;
        this.out = out;
    }

    static SegmentWriter fresh(Path directory, Disk disk, String runId, long segmentBytes) throws IOException {
        Chain chain = Chain.start();
        DiskFile out = open(directory, disk, 1, new SegmentHeader(0, chain.link(), runId), chain);
        forceNames(disk, directory);
        return new SegmentWriter(directory, disk, runId, segmentBytes, chain, 1, 0, out);
    }

    /** The names of the ledger in its run and of the run where it lies: both may be new. */
    private static void forceNames(Disk disk, Path directory) throws IOException {
        Path run = directory.toAbsolutePath().getParent();
        Path above = run == null ? null : run.getParent();
        if (run != null) disk.forceDirectory(run);
        if (above == null) return;
        try {
            disk.forceDirectory(above);
        } catch (AccessDeniedException e) {
            return; // not ours to read, so whoever made the run there forces it
        }
    }

    /** Goes on where a sound ledger ends, after cutting off what an interrupted write left. */
    static SegmentWriter after(LedgerScan scan, Path directory, Disk disk, long segmentBytes) throws IOException {
        Path last = java.util.Objects.requireNonNull(scan.lastSegment());
        int segment = SegmentName.number(last.getFileName().toString());
        disk.delete(directory.resolve(SegmentName.of(segment + 1)));
        DiskFile out = disk.append(last, scan.wholeBytes());
        out.force();
        disk.forceDirectory(directory);
        Chain chain = new Chain(java.util.HexFormat.of().parseHex(scan.link()));
        SegmentWriter writer =
                new SegmentWriter(directory, disk, scan.runId(), segmentBytes, chain, segment, scan.count(), out);
        if (scan.tail() == Tail.UNMARKED) ClosingMark.write(disk, directory, scan.runId(), scan.count(), scan.link());
        writer.marked = scan.tail() == Tail.UNMARKED || scan.tail() == Tail.CLOSED;
        return writer;
    }

    private static DiskFile open(Path directory, Disk disk, int segment, SegmentHeader header, Chain chain)
            throws IOException {
        DiskFile out = disk.create(directory.resolve(SegmentName.of(segment)));
        ByteBuffer bytes = header.encode();
        chain.advance(bytes);
        try {
            out.write(bytes);
            out.force();
            disk.forceDirectory(directory);
        } catch (IOException e) {
            out.close();
            throw e;
        }
        return out;
    }

    /** Writes a batch and forces it; a batch that finishes the run leaves the closing mark behind it. */
    void write(List<LedgerQueue.Queued> batch) throws IOException {
        if (marked) {
            ClosingMark.remove(disk, directory);
            marked = false;
        }
        if (out.size() >= segmentBytes) roll();
        out.write(encode(batch));
        out.force();
        if (batch.get(batch.size() - 1).finishes()) {
            ClosingMark.write(disk, directory, runId, count, chain.hex());
            marked = true;
        }
    }

    private ByteBuffer encode(List<LedgerQueue.Queued> batch) {
        int size = batch.stream().mapToInt(LedgerQueue.Queued::bytes).sum();
        ByteBuffer bytes = ByteBuffer.allocate(size);
        long batchStart = count;
        for (LedgerQueue.Queued queued : batch) {
            for (byte[] payload : queued.payloads()) {
                RecordFrame.write(bytes, payload, batchStart, chain);
                count++;
            }
        }
        return bytes.flip();
    }

    private void roll() throws IOException {
        out.close();
        segment++;
        out = open(directory, disk, segment, new SegmentHeader(count, chain.link(), runId), chain);
    }

    Path directory() {
        return directory;
    }

    Path file() {
        return directory.resolve(SegmentName.of(segment));
    }

    /** Closes the file; what it held was forced, so a failure to close loses nothing. */
    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            return;
        }
    }
}
