package rubato.ledger;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Where a replicated ledger ends. Everything about the bytes that come next follows from it alone, so that every replica
 * writes the same files: a segment that is full gives way to a new one, and what was written is forced at the start of the
 * first append that finds {@link #DURABLE_EVERY} entries unforced.
 *
 * @param segment number of the segment it lies in, 0 before the first
 * @param offset bytes of that segment
 * @param count entries before it
 * @param durable entries certain to be on disk when the next are written; what {@link RecordFrame} calls {@code batchStart}
 * @param link of the hash chain
 * @param finished whether the last entry ends the run
 */
public record LedgerHead(int segment, long offset, long count, long durable, byte[] link, boolean finished) {
    /** Size at which a segment gives way to the next. */
    public static final long SEGMENT_BYTES = SegmentWriter.SEGMENT_BYTES;

    static final int DURABLE_EVERY = 256;

    /** Before the first entry. */
    public static final LedgerHead START = new LedgerHead(0, 0, 0, 0, new byte[Chain.BYTES], false);

    public LedgerHead {
        if (segment < 0 || offset < 0 || count < 0 || durable < 0 || durable > count)
            throw new IllegalArgumentException("no ledger ends at segment " + segment + " offset " + offset + " entry "
                    + count + " durable " + durable);
        if (link.length != Chain.BYTES)
            throw new IllegalArgumentException("link must have " + Chain.BYTES + " bytes, had " + link.length);
    }

    /**
     * What an append writes.
     *
     * @param before where it begins
     * @param header of the segment it opens; empty if it stays in the current one
     * @param records the entries as they lie in the file
     * @param forces whether everything before is forced first
     * @param after where it ends
     */
    record Extension(LedgerHead before, ByteBuffer header, ByteBuffer records, boolean forces, LedgerHead after) {}

    /** The head after these entries, encoded, in a ledger with segments of about so many bytes. */
    public LedgerHead after(String runId, List<byte[]> entries, boolean finishes, long segmentBytes) {
        return extension(runId, entries, finishes, segmentBytes).after();
    }

    Extension extension(String runId, List<byte[]> entries, boolean finishes, long segmentBytes) {
        boolean opens = segment == 0 || offset >= segmentBytes;
        boolean forces = opens || count - durable >= DURABLE_EVERY;
        long forced = forces ? count : durable;
        Chain chain = new Chain(link);
        ByteBuffer header = opens ? new SegmentHeader(count, chain.link(), runId).encode() : ByteBuffer.allocate(0);
        if (opens) chain.advance(header);
        ByteBuffer records = records(entries, forced, chain);
        LedgerHead after = new LedgerHead(
                opens ? segment + 1 : segment,
                (opens ? 0 : offset) + header.remaining() + records.remaining(),
                count + entries.size(),
                forced,
                chain.link(),
                finishes);
        return new Extension(this, header, records, forces, after);
    }

    private static ByteBuffer records(List<byte[]> entries, long batchStart, Chain chain) {
        int size = entries.stream()
                .mapToInt(entry -> entry.length + RecordFrame.OVERHEAD)
                .sum();
        ByteBuffer records = ByteBuffer.allocate(size);
        for (byte[] entry : entries) RecordFrame.write(records, entry, batchStart, chain);
        return records.flip();
    }

    /** Whether the same entries lie before both. */
    public boolean sameAs(LedgerHead other) {
        return count == other.count && Arrays.equals(link, other.link);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LedgerHead head
                && segment == head.segment
                && offset == head.offset
                && durable == head.durable
                && finished == head.finished
                && sameAs(head);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(link);
    }

    @Override
    public String toString() {
        return "entry " + count + " link " + HexFormat.of().formatHex(link, 0, 6);
    }
}
