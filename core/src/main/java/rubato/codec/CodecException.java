package rubato.codec;

/** Bytes that are not what the codec wrote; nothing else is ever thrown for bad input. */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }
}
