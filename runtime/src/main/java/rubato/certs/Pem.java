package rubato.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import rubato.disk.WholeFile;
import rubato.error.RubatoException;

/** Certificates and private keys as PEM files (RFC 7468), readable by their owner only. */
final class Pem {
    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";

    private Pem() {}

    static void write(Path file, PrivateKey key) {
        write(file, KEY, key.getEncoded());
    }

    static void write(Path file, X509Certificate certificate) {
        try {
            write(file, CERTIFICATE, certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw RubatoException.failed("cannot encode the certificate for " + file, e);
        }
    }

    private static void write(Path file, String kind, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        String text = "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
        try {
            WholeFile.writePrivately(file, text);
        } catch (IOException e) {
            throw RubatoException.failed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    static X509Certificate certificate(Path file) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content(file, CERTIFICATE)));
        } catch (GeneralSecurityException e) {
            throw RubatoException.failed(file + " holds no certificate: " + e.getMessage(), e);
        }
    }

    static PrivateKey key(Path file) {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(content(file, KEY)));
        } catch (GeneralSecurityException e) {
            throw RubatoException.failed(file + " holds no private key on an elliptic curve: " + e.getMessage(), e);
        }
    }

    private static byte[] content(Path file, String kind) {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            String begin = "-----BEGIN " + kind + "-----";
            int from = text.indexOf(begin);
            int to = text.indexOf("-----END " + kind + "-----");
            if (from < 0 || to < from) throw RubatoException.failed(file + " holds no " + kind + " in PEM");
            return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        } catch (NoSuchFileException e) {
            throw RubatoException.failed("no file " + file).remedy("Name the tls directory of the run with --tls-dir.");
        } catch (IOException | IllegalArgumentException e) {
            throw RubatoException.failed("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
