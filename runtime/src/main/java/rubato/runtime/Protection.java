package rubato.runtime;

import java.nio.file.Path;
import java.time.Instant;
import rubato.certs.TlsDirectory;
import rubato.config.RunConfig;
import rubato.net.Exposure;

/** What protects the connections of a run: its configuration says whether, its directory holds the certificates. */
public final class Protection {
    private Protection() {}

    /** Makes the run's certificates if it is to have some and has none. */
    static void make(RunConfig config, Path runDirectory, long epochMillis) {
        TlsDirectory tls = TlsDirectory.of(runDirectory);
        if (config.net().tls() && !tls.exists()) tls.make(config.run().name(), Instant.ofEpochMilli(epochMillis));
    }

    static Exposure ofCoordinator(RunConfig config, Path runDirectory) {
        if (config.net().tls())
            return Exposure.secured(TlsDirectory.of(runDirectory).context(TlsDirectory.Role.COORDINATOR));
        return config.net().insecure() ? Exposure.INSECURE : Exposure.LOOPBACK;
    }

    /** Of a worker that was handed these certificates. */
    public static Exposure ofWorker(Path directory) {
        return Exposure.secured(new TlsDirectory(directory).context(TlsDirectory.Role.WORKER));
    }

    /** Of whoever connects to the coordinator: encrypted if this directory holds certificates. */
    static Exposure ofMember(Path directory) {
        return new TlsDirectory(directory).exists() ? ofWorker(directory) : Exposure.LOOPBACK;
    }
}
