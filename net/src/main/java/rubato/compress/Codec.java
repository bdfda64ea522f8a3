package rubato.compress;

import java.nio.ByteBuffer;

/**
 * A wire format of float32 values inside a collective: every value is rounded at most once when its contribution is sent and once
 * when the sum is. Encoding is deterministic, so that every rank that decodes the same bytes holds the same bits.
 */
public interface Codec {
    /** As in the configuration: {@code none}, {@code fp16}, {@code bf16}, {@code int8}. */
    String name();

    /** Values encoded together (with one scale, say): a message may be cut only at multiples of it. */
    int block();

    /** Encoded size of {@code count} values, bytes. */
    int bytes(int count);

    /** Encodes {@code values[from .. from + count)} at the buffer's position, which moves on by {@link #bytes}. */
    void encode(float[] values, int from, int count, ByteBuffer out);

    /** Decodes {@code count} values at the buffer's position into {@code values[from ..)}; the position moves on by {@link #bytes}. */
    void decode(ByteBuffer in, float[] values, int from, int count);
}
