package rubato.net;

import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One side of the mutual proof of the token, without sockets: bytes in, bytes out, at most 1 KiB held.
 *
 * <pre>
 * dialer   -> hello      magic, version, nonce, purpose                       256 bytes
 * listener -> challenge  magic, version, status, nonce, HMAC("listener" ..)    72 bytes
 * dialer   -> proof      HMAC("dialer" ..)                                     32 bytes
 * listener -> verdict    magic, version, status, HMAC("verdict" ..)            40 bytes
 * </pre>
 */
abstract sealed class Handshake permits DialerHandshake, ListenerHandshake {
    static final int HEAD_BYTES = 8;
    static final int CHALLENGE_BYTES = HEAD_BYTES + Hello.NONCE_BYTES + Proof.BYTES;
    static final int VERDICT_BYTES = HEAD_BYTES + Proof.BYTES;
    /** The first byte of a TLS record that carries an alert. */
    private static final byte TLS_ALERT = 0x15;

    static final byte OK = 0;
    static final byte OTHER_VERSION = 1;
    static final byte REFUSED = 2;

    final Proof proof;
    ByteBuffer outgoing = Hello.buffer(0);
    ByteBuffer incoming = Hello.buffer(0);

    @Nullable
    Session session;

    Handshake(Proof proof) {
        this.proof = proof;
    }

    static Handshake dial(Proof proof, byte[] nonce, Purpose purpose) {
        return new DialerHandshake(proof, Hello.encode(Wire.VERSION, nonce, purpose), purpose);
    }

    /** @param welcome asked once the peer has proved the token */
    static Handshake listen(Proof proof, byte[] nonce, Predicate<Purpose> welcome) {
        return new ListenerHandshake(proof, nonce, welcome);
    }

    /** What is to be sent before anything else. */
    final ByteBuffer outgoing() {
        return outgoing;
    }

    /** Where received bytes belong; call {@link #received} after putting some. Has no room once nothing more is due. */
    final ByteBuffer incoming() {
        return incoming;
    }

    /** Looks at what has come so far and goes on when the message is whole. */
    final void received() throws HandshakeException {
        int have = incoming.position();
        if (startsWithHead()) checkHead(have);
        if (have > 0 && !incoming.hasRemaining()) whole();
    }

    final @Nullable Session session() {
        return session;
    }

    abstract boolean startsWithHead();

    abstract void whole() throws HandshakeException;

    abstract void otherVersion(short theirs) throws HandshakeException;

    private void checkHead(int have) throws HandshakeException {
        if (have > 0 && incoming.get(0) == TLS_ALERT) throw HandshakeException.tls();
        for (int i = 0; i < Math.min(have, 4); i++) {
            if (incoming.get(i) != (byte) (Wire.MAGIC >>> (8 * i))) throw HandshakeException.garbage("wrong magic");
        }
        if (have >= 6 && incoming.getShort(4) != Wire.VERSION) otherVersion(incoming.getShort(4));
    }

    static byte[] bytes(ByteBuffer from, int at, int length) {
        byte[] bytes = new byte[length];
        from.duplicate().position(at).get(bytes);
        return bytes;
    }

    /** The part of a challenge that its own proof covers. */
    static ByteBuffer unproved(ByteBuffer challenge) {
        return challenge
                .duplicate()
                .position(0)
                .limit(HEAD_BYTES + Hello.NONCE_BYTES)
                .slice();
    }

    static ByteBuffer head(ByteBuffer message, byte status) {
        return message.putInt(Wire.MAGIC).putShort(Wire.VERSION).put(status).put((byte) 0);
    }
}
