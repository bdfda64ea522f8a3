package rubato.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import rubato.error.RubatoException;

/**
 * The files of a run's TLS, for their owner only: {@code ca.pem}, and per role {@code ROLE.pem} with {@code ROLE.key}. The authority's
 * own key, {@code ca.key}, is needed only to renew; a worker from elsewhere needs {@code ca.pem} and the two of {@code worker}.
 */
public final class TlsDirectory {
    /** Who shows a certificate; its name is that of the files. */
    public enum Role {
        COORDINATOR,
        WORKER;

        String file() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final Duration AUTHORITY_VALID = Duration.ofDays(3650);
    private static final Duration MEMBER_VALID = Duration.ofDays(365);
    private static final String CA = "ca";

    private final Path path;

    public TlsDirectory(Path path) {
        this.path = path;
    }

    /** The one inside a run directory. */
    public static TlsDirectory of(Path runDirectory) {
        return new TlsDirectory(runDirectory.resolve("tls"));
    }

    public boolean exists() {
        return Files.exists(pem(CA));
    }

    /** Makes a new authority and everyone's certificates. */
    public void make(String run, Instant now) {
        makeDirectory();
        SecureRandom random = new SecureRandom();
        Authority authority = Authority.make(run, now, AUTHORITY_VALID, random);
        Pem.write(key(CA), authority.key());
        for (Role role : Role.values()) issue(authority, role, now, random);
        Pem.write(pem(CA), authority.certificate());
    }

    /** New keys and certificates of coordinator and workers from the same authority; those in use stay valid until they end. */
    public void renew(Instant now) {
        Authority authority = new Authority(Pem.key(key(CA)), Pem.certificate(pem(CA)));
        SecureRandom random = new SecureRandom();
        for (Role role : Role.values()) issue(authority, role, now, random);
    }

    private void issue(Authority authority, Role role, Instant now, SecureRandom random) {
        Authority.Identity identity = authority.issue(role.file(), now, MEMBER_VALID, random);
        Pem.write(key(role.file()), identity.key());
        Pem.write(pem(role.file()), identity.certificate());
    }

    /** A certificate for people: whose it is and until when. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        describe(CA, text);
        for (Role role : Role.values()) describe(role.file(), text);
        return text.toString();
    }

    private void describe(String name, StringBuilder text) {
        X509Certificate certificate = Pem.certificate(pem(name));
        text.append(String.format(
                "%-12s %s, until %s%n",
                name,
                certificate.getSubjectX500Principal(),
                certificate.getNotAfter().toInstant()));
    }

    /** What a role shows, trusting members of this run only. */
    public SSLContext context(Role role) {
        refuseReadableByOthers(key(role.file()));
        X509Certificate authority = Pem.certificate(pem(CA));
        X509Certificate own = Pem.certificate(pem(role.file()));
        try {
            own.checkValidity();
            char[] none = new char[0];
            KeyStore keys = empty();
            keys.setKeyEntry("own", Pem.key(key(role.file())), none, new Certificate[] {own, authority});
            KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shown.init(keys, none);
            KeyStore trusted = empty();
            trusted.setCertificateEntry(CA, authority);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(shown.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw RubatoException.failed("cannot use the certificates in " + path + ": " + e.getMessage(), e)
                    .remedy("rubato certs show --tls-dir " + path
                            + " tells until when they are valid, certs renew renews them");
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void refuseReadableByOthers(Path file) {
        try {
            if (!Files.exists(file)) return;
            for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
                if (permission.name().startsWith("OWNER")) continue;
                throw RubatoException.failed(file + " may be read by others than its owner")
                        .remedy("chmod 600 " + file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw RubatoException.failed("cannot look at " + file + ": " + e.getMessage(), e);
        }
    }

    private void makeDirectory() {
        try {
            Files.createDirectories(path);
            Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
            Files.setPosixFilePermissions(path, owner);
        } catch (IOException e) {
            throw RubatoException.failed("cannot make " + path + ": " + e.getMessage(), e);
        }
    }

    private Path pem(String name) {
        return path.resolve(name + ".pem");
    }

    private Path key(String name) {
        return path.resolve(name + ".key");
    }
}
