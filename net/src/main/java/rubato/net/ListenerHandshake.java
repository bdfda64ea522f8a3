package rubato.net;

import java.nio.ByteBuffer;
import java.util.function.Predicate;

/** The side that is connected to; see {@link Handshake}. It reads the purpose only after the proof. */
final class ListenerHandshake extends Handshake {
    private final Predicate<Purpose> welcome;
    private final byte[] nonce;
    private final ByteBuffer hello = Hello.buffer(Hello.BYTES);
    private final ByteBuffer challenge = Hello.buffer(CHALLENGE_BYTES);
    private boolean farewell;

    ListenerHandshake(Proof proof, byte[] nonce, Predicate<Purpose> welcome) {
        super(proof);
        this.nonce = nonce;
        this.welcome = welcome;
        incoming = hello;
    }

    @Override
    boolean startsWithHead() {
        return incoming == hello;
    }

    /** True once the only thing left is to send {@link #outgoing} and hang up. */
    boolean farewell() {
        return farewell;
    }

    @Override
    void otherVersion(short theirs) {
        outgoing = head(challenge, OTHER_VERSION).position(0);
        leave();
    }

    @Override
    void whole() throws HandshakeException {
        if (farewell) return;
        if (incoming == hello) sendChallenge();
        else judge();
    }

    private void sendChallenge() {
        head(challenge, OK).put(nonce);
        challenge.put(proof.of("listener", hello, unproved(challenge)));
        outgoing = challenge.duplicate().position(0);
        incoming = Hello.buffer(Proof.BYTES);
    }

    private void judge() throws HandshakeException {
        if (!proof.verify(incoming.array(), "dialer", hello, unproved(challenge))) throw HandshakeException.token();
        Purpose purpose = Hello.purpose(hello);
        boolean wanted = welcome.test(purpose);
        ByteBuffer verdict = head(Hello.buffer(VERDICT_BYTES), wanted ? OK : REFUSED);
        ByteBuffer said = verdict.duplicate().position(0).limit(HEAD_BYTES).slice();
        verdict.put(proof.of("verdict", hello, unproved(challenge), said));
        outgoing = verdict.position(0);
        if (!wanted) {
            leave();
            return;
        }
        incoming = Hello.buffer(0);
        session = new Session(
                purpose,
                proof.sequence("from listener", hello, unproved(challenge)),
                proof.sequence("from dialer", hello, unproved(challenge)));
    }

    private void leave() {
        farewell = true;
        incoming = Hello.buffer(0);
    }
}
