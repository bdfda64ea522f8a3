package rubato.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 (RFC 2104) with the token over one side's role and all that both sides have said. */
final class Proof {
    static final int BYTES = 32;

    /** Keyed, and cloned for each use: that takes less memory than to look it up, and strangers make it happen. */
    private final Mac keyed;

    Proof(Token token) {
        try {
            keyed = Mac.getInstance("HmacSHA256");
            keyed.init(new SecretKeySpec(token.secret(), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    /** @param said the messages so far, each from 0 to its limit */
    byte[] of(String role, ByteBuffer... said) {
        try {
            Mac mac = (Mac) keyed.clone();
            byte[] name = role.getBytes(StandardCharsets.US_ASCII);
            mac.update((byte) name.length);
            mac.update(name);
            for (ByteBuffer message : said) mac.update(message.duplicate().position(0));
            return mac.doFinal();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java's HmacSHA256 cannot be cloned", e);
        }
    }

    boolean verify(byte[] claimed, String role, ByteBuffer... said) {
        return MessageDigest.isEqual(claimed, of(role, said));
    }

    /** The first frame's sequence number in one direction: a frame of another connection or direction never fits. */
    long sequence(String direction, ByteBuffer... said) {
        return ByteBuffer.wrap(of(direction, said))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }
}
