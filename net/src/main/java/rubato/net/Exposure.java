package rubato.net;

import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a listener may be reached from, and what protects TCP connections.
 *
 * @param beyondLoopback whether any address may be listened on
 * @param tls makes every TCP connection TLS 1.3, both sides showing a certificate that this context trusts; null: unencrypted
 */
public record Exposure(boolean beyondLoopback, @Nullable SSLContext tls) {
    /** This machine only, unencrypted; any other address is refused. */
    public static final Exposure LOOPBACK = new Exposure(false, null);

    /** Any address, although connections are not encrypted: the user has asked for it. */
    public static final Exposure INSECURE = new Exposure(true, null);

    /** Any address, encrypted. */
    public static Exposure secured(SSLContext tls) {
        return new Exposure(true, tls);
    }
}
