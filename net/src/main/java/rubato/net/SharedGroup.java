package rubato.net;

import java.nio.ByteBuffer;

/**
 * Memory that all ranks of one host map.
 *
 * @param memory zeros at first; little-endian
 * @param ranks who shares it, ascending
 * @param index of this rank among them
 */
public record SharedGroup(ByteBuffer memory, int[] ranks, int index) {
    public int size() {
        return ranks.length;
    }
}
