package rubato.ledger;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The running hash of a ledger: each link is SHA-256 over the previous link and the bytes added, so no byte changes unseen. */
final class Chain {
    static final int BYTES = 32;

    private final MessageDigest sha;
    private byte[] link;

    /** Continues after a link. */
    Chain(byte[] link) {
        this.sha = sha256();
        this.link = link.clone();
    }

    /** The chain before the first segment. */
    static Chain start() {
        return new Chain(new byte[BYTES]);
    }

    /** Adds all that remains in the parts, in order, and moves on; the parts keep their positions. */
    byte[] advance(ByteBuffer... parts) {
        sha.update(link);
        for (ByteBuffer part : parts) sha.update(part.duplicate());
        link = sha.digest();
        return link;
    }

    byte[] link() {
        return link.clone();
    }

    String hex() {
        return HexFormat.of().formatHex(link);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
