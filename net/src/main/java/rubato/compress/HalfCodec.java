package rubato.compress;

import java.nio.ByteBuffer;

/**
 * Two bytes a value. {@code fp16} keeps 11 bits of mantissa and reaches from 6·10⁻⁸ to 65504, beyond which a value becomes
 * infinite; {@code bf16} keeps 8 bits and the range of float32. Infinity stays infinity and NaN stays NaN.
 */
final class HalfCodec implements Codec {
    private interface Encode {
        void run(float[] values, int from, int count, byte[] out, int at);
    }

    private interface Decode {
        void run(byte[] in, int at, float[] values, int from, int count);
    }

    private static final int CHUNK = 4096;

    private final String name;
    private final Encode encode;
    private final Decode decode;
    private final byte[] chunk = new byte[2 * CHUNK];

    private HalfCodec(String name, Encode encode, Decode decode) {
        this.name = name;
        this.encode = encode;
        this.decode = decode;
    }

    static Codec fp16(Loops loops) {
        return new HalfCodec("fp16", loops::toFp16, loops::fromFp16);
    }

    static Codec bf16(Loops loops) {
        return new HalfCodec("bf16", loops::toBf16, loops::fromBf16);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int block() {
        return 1;
    }

    @Override
    public int bytes(int count) {
        return Math.multiplyExact(2, count);
    }

    @Override
    public void encode(float[] values, int from, int count, ByteBuffer out) {
        for (int done = 0; done < count; done += CHUNK) {
            int n = Math.min(CHUNK, count - done);
            encode.run(values, from + done, n, chunk, 0);
            out.put(chunk, 0, 2 * n);
        }
    }

    @Override
    public void decode(ByteBuffer in, float[] values, int from, int count) {
        Codecs.need(in, this, count);
        for (int done = 0; done < count; done += CHUNK) {
            int n = Math.min(CHUNK, count - done);
            in.get(chunk, 0, 2 * n);
            decode.run(chunk, 0, values, from + done, n);
        }
    }
}
