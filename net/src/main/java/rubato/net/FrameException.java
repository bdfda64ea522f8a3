package rubato.net;

/** A frame that must not be: the connection it came over is closed. */
final class FrameException extends Exception {
    private static final long serialVersionUID = 1L;

    FrameException(String message) {
        super(message);
    }
}
