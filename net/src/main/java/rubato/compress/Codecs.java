package rubato.compress;

import java.util.List;

/** The codecs by name. */
public final class Codecs {
    private static final List<String> NAMES = List.of("none", "fp16", "bf16", "int8");

    private Codecs() {}

    public static List<String> names() {
        return NAMES;
    }

    /** A new codec for one thread, on the fastest loops this JVM can run. */
    public static Codec of(String name) {
        return of(name, Loops.best());
    }

    static Codec of(String name, Loops loops) {
        return switch (name) {
            case "none" -> new Float32Codec();
            case "fp16" -> HalfCodec.fp16(loops);
            case "bf16" -> HalfCodec.bf16(loops);
            case "int8" -> new Int8Codec(loops);
            default -> throw new IllegalArgumentException("codec must be one of " + NAMES + ", was " + name);
        };
    }

    static void need(java.nio.ByteBuffer in, Codec codec, int count) {
        int bytes = codec.bytes(count);
        if (in.remaining() < bytes)
            throw new CompressionException(
                    count + " values of " + codec.name() + " need " + bytes + " bytes, got " + in.remaining());
    }
}
