package rubato.net;

/** Why a handshake ended; what is told to a user depends on the side. */
final class HandshakeException extends Exception {
    private static final long serialVersionUID = 1L;

    enum Reason {
        /** The peer speaks TLS, and this side does not. */
        TLS,
        /** The peer does not speak this protocol. */
        GARBAGE,
        /** The peer speaks another version of it. */
        VERSION,
        /** The peer did not prove the token. */
        TOKEN,
        /** The peer proved the token but is not wanted, e.g. it comes from a generation that has passed. */
        REFUSED
    }

    private final Reason reason;

    /** Without a trace: strangers cause it, and the reason says all. */
    private HandshakeException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static HandshakeException garbage(String message) {
        return new HandshakeException(Reason.GARBAGE, message);
    }

    static HandshakeException tls() {
        return new HandshakeException(Reason.TLS, "speaks TLS");
    }

    static HandshakeException version(short theirs) {
        return new HandshakeException(
                Reason.VERSION, "speaks version " + Short.toUnsignedInt(theirs) + ", this is " + Wire.VERSION);
    }

    static HandshakeException token() {
        return new HandshakeException(Reason.TOKEN, "does not have this run's token");
    }

    static HandshakeException refused() {
        return new HandshakeException(
                Reason.REFUSED, "refused the connection: its generation has passed, or it is full");
    }

    Reason reason() {
        return reason;
    }
}
