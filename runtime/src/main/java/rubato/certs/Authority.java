package rubato.certs;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import rubato.error.RubatoException;

/** The authority of one run: a key pair on P-256 and its certificate, by which it signs those of coordinator and workers. */
record Authority(PrivateKey key, X509Certificate certificate) {
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);
    private static final int SERIAL_BITS = 127;

    /** A certificate and its private key. */
    record Identity(PrivateKey key, X509Certificate certificate) {}

    static Authority make(String run, Instant now, Duration valid, SecureRandom random) {
        KeyPair pair = pair(random);
        X500Principal name = name("Rubato authority of " + run);
        X509Certificate certificate = issue(name, pair.getPrivate(), name, pair, true, now, valid, random);
        return new Authority(pair.getPrivate(), certificate);
    }

    Identity issue(String role, Instant now, Duration valid, SecureRandom random) {
        KeyPair pair = pair(random);
        X509Certificate issued = issue(
                certificate.getSubjectX500Principal(), key, name("Rubato " + role), pair, false, now, valid, random);
        return new Identity(pair.getPrivate(), issued);
    }

    private static X500Principal name(String common) {
        return new X500Principal("CN=" + common.replaceAll("[^A-Za-z0-9 ._-]", "_"));
    }

    private static KeyPair pair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }

    private static X509Certificate issue(
            X500Principal issuer,
            PrivateKey signing,
            X500Principal subject,
            KeyPair pair,
            boolean authority,
            Instant now,
            Duration valid,
            SecureRandom random) {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random),
                Date.from(now.minus(CLOCKS_DIFFER)),
                Date.from(now.plus(valid)),
                subject,
                pair.getPublic());
        try {
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    authority ? new BasicConstraints(0) : new BasicConstraints(false));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
            if (!authority)
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signing)));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw RubatoException.failed("cannot make a certificate for " + subject + ": " + e.getMessage(), e);
        }
    }
}
