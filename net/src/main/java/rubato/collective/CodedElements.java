package rubato.collective;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import rubato.compress.Codec;
import rubato.schedule.Span;

/**
 * A float32 vector that a codec's bytes stand for on the wire. Every contribution, the owner's too, passes the codec once; the
 * owner folds the decoded values in float32, encodes the result once, and decodes it like everybody else.
 */
final class CodedElements extends Elements {
    private float[] vector;
    private final int length;
    private final Codec codec;
    private final int block;
    private float @Nullable [] lost;
    private final Span own;
    private final FloatElements plain;
    private ByteBuffer encoded = ByteBuffer.allocate(0);
    private float[] other = {};

    /**
     * @param lost what rounding the sum takes away is added here, within {@code own} only
     * @param own the part that this rank rounds for all, or for itself where everybody folds everything
     */
    CodedElements(float[] vector, int length, Codec codec, float @Nullable [] lost, Span own) {
        this.vector = vector;
        this.length = length;
        this.codec = codec;
        this.lost = lost;
        this.own = own;
        this.block = Math.max(1, Scratch.BLOCK / codec.block()) * codec.block();
        this.plain = new FloatElements(vector, length);
    }

    boolean isOf(Codec other, int count) {
        return codec == other && length == count;
    }

    /** Stands for another vector of the same length from here on. */
    CodedElements of(float[] other, float @Nullable [] otherLost) {
        vector = other;
        lost = otherLost;
        plain.of(other, length);
        return this;
    }

    @Override
    int length() {
        return length;
    }

    @Override
    String type() {
        return "float32";
    }

    @Override
    int bytes(int count) {
        return codec.bytes(count);
    }

    @Override
    int unit() {
        return codec.block();
    }

    @Override
    int block() {
        return block;
    }

    @Override
    int within(int bytes) {
        // a codec may need the end of a frame to read its beginning
        return 0;
    }

    @Override
    void allow(Reduction wanted) {
        plain.allow(wanted);
    }

    @Override
    void begin(Reduction reduction, int ranks, Scratch scratch) {
        encoded = scratch.encoded(codec.bytes(length));
        other = scratch.floatOther(Math.max(block, Scratch.BLOCK));
        scratch.floatBelow(Math.max(block, Scratch.BLOCK));
        plain.begin(reduction, ranks, scratch);
    }

    @Override
    void put(Views out, int at, int from, int count, boolean last) {
        ByteBuffer into = out.bytes.limit(out.bytes.capacity()).position(at);
        if (last) into.put(encoded(from, count));
        else codec.encode(vector, from, count, into);
    }

    @Override
    void take(Views in, int at, int from, int count) {
        codec.decode(in.bytes.limit(in.bytes.capacity()).position(at), vector, from, count);
    }

    @Override
    void load(Views in, int at, int count) {
        codec.decode(in.bytes.limit(in.bytes.capacity()).position(at), other, 0, count);
    }

    @Override
    void start(int count) {
        plain.start(count);
    }

    @Override
    void foldBelow(int count) {
        plain.foldBelow(count);
    }

    @Override
    void own(int from, int count) {
        throughCodec(from, count);
    }

    @Override
    void foldOwnAfterBelow(int from, int count) {
        plain.foldOwnAfterBelow(from, count);
    }

    @Override
    void foldOther(int from, int count) {
        plain.foldOther(from, count);
    }

    @Override
    void finish(int from, int count) {
        plain.finish(from, count);
        float[] into = lost;
        if (into != null) System.arraycopy(vector, from, other, 0, count);
        throughCodec(from, count);
        if (into == null) return;
        int end = Math.min(own.to(), from + count);
        for (int i = Math.max(own.from(), from); i < end; i++) into[i] += other[i - from] - vector[i];
    }

    private void throughCodec(int from, int count) {
        codec.encode(vector, from, count, encoded(from, count));
        codec.decode(encoded(from, count), vector, from, count);
    }

    private ByteBuffer encoded(int from, int count) {
        int at = codec.bytes(from);
        return encoded.limit(at + codec.bytes(count)).position(at);
    }
}
