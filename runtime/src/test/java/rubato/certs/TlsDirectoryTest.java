package rubato.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.certs.TlsDirectory.Role;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.NioHub;
import rubato.net.Token;
import rubato.runtime.SilentHandler;

@Timeout(60)
class TlsDirectoryTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    Path home;

    private final Token token = Token.random();
    private final List<NioHub> hubs = new java.util.ArrayList<>();
    private TlsDirectory tls;

    @BeforeEach
    void make() {
        tls = TlsDirectory.of(home.resolve("run"));
        tls.make("a run/with ,=strange characters", Instant.now());
    }

    @AfterEach
    void close() {
        hubs.forEach(NioHub::close);
    }

    private NioHub hub(TlsDirectory directory, Role role) {
        NioHub hub = NioHub.open(token, new SilentHandler(), Exposure.secured(directory.context(role)));
        hubs.add(hub);
        return hub;
    }

    private int listen() {
        return hub(tls, Role.COORDINATOR).listen("127.0.0.1", 0);
    }

    @Test
    void only_the_owner_may_read_any_of_it() throws IOException {
        Path directory = home.resolve("run/tls");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files)
                    .hasSize(6)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void a_worker_connects_to_the_coordinator_of_its_run() {
        assertThat(hub(tls, Role.WORKER).dial("127.0.0.1", listen(), SOON).peer())
                .isNotEmpty();
    }

    @Test
    void a_worker_of_another_run_is_refused_in_one_line() {
        TlsDirectory other = TlsDirectory.of(home.resolve("other"));
        other.make("a run/with ,=strange characters", Instant.now());
        int port = listen();
        assertThatThrownBy(() -> hub(other, Role.WORKER).dial("127.0.0.1", port, SOON))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("shows a certificate that is not of this run");
    }

    @Test
    void renewed_certificates_and_those_before_them_understand_each_other() {
        NioHub before = hub(tls, Role.WORKER);
        int port = listen();
        tls.renew(Instant.now());
        before.dial("127.0.0.1", port, SOON);
        hub(tls, Role.WORKER).dial("127.0.0.1", port, SOON);
        assertThat(tls.describe()).contains("coordinator", "worker", "ca ");
    }

    @Test
    void certificates_that_have_ended_are_refused() {
        tls.renew(Instant.now().minus(Duration.ofDays(400)));
        assertThatThrownBy(() -> tls.context(Role.WORKER)).hasMessageContaining("NotAfter");
    }

    @Test
    void a_key_that_others_may_read_is_refused() throws IOException {
        Path key = home.resolve("run/tls/worker.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> tls.context(Role.WORKER))
                .hasMessageContaining(key + " may be read by others than its owner");
    }

    @Test
    void what_is_missing_or_damaged_is_named() throws IOException {
        Path certificate = home.resolve("run/tls/worker.pem");
        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> tls.context(Role.WORKER))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining(certificate + " holds no certificate");
        Files.writeString(certificate, "nothing");
        assertThatThrownBy(() -> tls.context(Role.WORKER)).hasMessageContaining("holds no CERTIFICATE in PEM");
        Files.delete(certificate);
        assertThatThrownBy(() -> tls.context(Role.WORKER)).hasMessageContaining("no file " + certificate);
    }
}
