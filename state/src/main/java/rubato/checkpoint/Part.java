package rubato.checkpoint;

import java.util.List;

/**
 * One worker's share of a checkpoint: a copy of some of its blocks, to be written while training goes on.
 *
 * @param part which of {@code parts}, from 0
 * @param blocks bytes of its blocks, in order
 */
public record Part(Outline outline, int part, int parts, List<byte[]> blocks) {
    public Part {
        blocks = List.copyOf(blocks);
        if (part < 0 || part >= parts)
            throw new IllegalArgumentException("part must be 0.." + (parts - 1) + ", was " + part);
    }

    /** Bytes of its blocks together. */
    public long bytes() {
        return blocks.stream().mapToLong(block -> block.length).sum();
    }
}
