package rubato.net;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;

/** Why a TLS connection did not come about, for the user who asked for it. */
final class Refusal {
    private Refusal() {}

    /** This side's handshake failed. */
    static RubatoException ofTls(String where, IOException e) {
        if (e instanceof TlsTunnel.LateException)
            return RubatoException.failed(where + " did not answer in time", e)
                    .remedy("check the address; it may be a port that is not Rubato's, or a peer that hangs")
                    .passing();
        if (isAboutCertificate(e))
            return RubatoException.failed(where + " shows a certificate that is not of this run", e)
                    .remedy("use the tls directory and the token of the run that listens there");
        if (isAlert(e.getMessage())) return certificateRefused(where, e);
        return RubatoException.failed(where + " does not speak TLS", e)
                .remedy("set net.tls alike on both sides, and check the address");
    }

    private static boolean isAboutCertificate(Throwable e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause())
            if (cause instanceof CertificateException) return true;
        return false;
    }

    /** In TLS 1.3 the other side judges a certificate after this side's handshake is over. */
    static RubatoException ofCertificate(String where, TlsTunnel tunnel, IOException e) {
        if (isAlert(tunnel.failure())) return certificateRefused(where, e);
        return RubatoException.failed(where + " hung up during the handshake", e)
                .remedy("check that this is the address of a running Rubato coordinator or worker");
    }

    /** Whether the other side has sent an alert about a certificate. */
    private static boolean isAlert(@Nullable String failure) {
        String text = String.valueOf(failure).toLowerCase(Locale.ROOT);
        return text.contains("alert") && (text.contains("certificate") || text.contains("handshake_failure"));
    }

    private static RubatoException certificateRefused(String where, IOException e) {
        return RubatoException.failed(where + " does not accept this side's certificate", e)
                .remedy("use the tls directory of the run that listens there");
    }
}
