package rubato.net;

import java.nio.ByteBuffer;

/** The side that connects; see {@link Handshake}. */
final class DialerHandshake extends Handshake {
    private final ByteBuffer hello;
    private final Purpose purpose;
    private final ByteBuffer challenge = Hello.buffer(CHALLENGE_BYTES);
    private final ByteBuffer verdict = Hello.buffer(VERDICT_BYTES);

    DialerHandshake(Proof proof, ByteBuffer hello, Purpose purpose) {
        super(proof);
        this.hello = hello;
        this.purpose = purpose;
        outgoing = hello.duplicate();
        incoming = challenge;
    }

    @Override
    boolean startsWithHead() {
        return true;
    }

    @Override
    void otherVersion(short theirs) throws HandshakeException {
        throw HandshakeException.version(theirs);
    }

    @Override
    void whole() throws HandshakeException {
        if (incoming == challenge) answerChallenge();
        else readVerdict();
    }

    private void answerChallenge() throws HandshakeException {
        byte[] claimed = bytes(challenge, HEAD_BYTES + Hello.NONCE_BYTES, Proof.BYTES);
        if (!proof.verify(claimed, "listener", hello, unproved(challenge))) throw HandshakeException.token();
        outgoing = ByteBuffer.wrap(proof.of("dialer", hello, unproved(challenge)));
        incoming = verdict;
    }

    private void readVerdict() throws HandshakeException {
        ByteBuffer said = verdict.duplicate().position(0).limit(HEAD_BYTES).slice();
        byte[] claimed = bytes(verdict, HEAD_BYTES, Proof.BYTES);
        if (!proof.verify(claimed, "verdict", hello, unproved(challenge), said)) throw HandshakeException.token();
        if (verdict.get(6) != OK) throw HandshakeException.refused();
        incoming = Hello.buffer(0);
        session = new Session(
                purpose,
                proof.sequence("from dialer", hello, unproved(challenge)),
                proof.sequence("from listener", hello, unproved(challenge)));
    }
}
