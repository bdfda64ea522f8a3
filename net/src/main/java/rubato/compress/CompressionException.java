package rubato.compress;

/** Compressed bytes that cannot have been made by the encoder, or that are cut short. */
public final class CompressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CompressionException(String message) {
        super(message);
    }

    CompressionException(String message, Throwable cause) {
        super(message, cause);
    }
}
