package rubato.net;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The per-job secret every connection proves to know; never printed. */
public final class Token {
    private final byte[] secret;

    private Token(byte[] secret) {
        this.secret = secret;
    }

    public static Token random() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new Token(secret);
    }

    /** Parses 64 hexadecimal digits. */
    public static Token parse(String hex) {
        byte[] secret;
        try {
            secret = HexFormat.of().parseHex(hex.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a token is 64 hexadecimal digits");
        }
        if (secret.length != 32) throw new IllegalArgumentException("a token is 64 hexadecimal digits");
        return new Token(secret);
    }

    public String toHex() {
        return HexFormat.of().formatHex(secret);
    }

    byte[] secret() {
        return secret.clone();
    }

    @Override
    public String toString() {
        return "Token(hidden)";
    }
}
