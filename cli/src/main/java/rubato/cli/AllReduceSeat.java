package rubato.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import rubato.collective.Reach;
import rubato.collective.Rendezvous;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.HostPort;
import rubato.net.InterfaceChoice;
import rubato.net.LinkOptions;
import rubato.net.TransportChoice;
import rubato.runtime.Endpoint;
import rubato.runtime.Protection;

/** What one rank of a measurement needs in order to be started by itself, on whichever machine. */
final class AllReduceSeat {
    @Option(
            names = "--at",
            paramLabel = "HOST:PORT",
            description =
                    "Start one rank only, --rank; rank 0 listens there, on this machine, and prints; needs --token-file.")
    private @Nullable String at;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "With --at: 64 hexadecimal digits, the same for all.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--tls-dir",
            paramLabel = "DIR",
            description = "With --at: TLS, with the certificates for workers there.")
    private @Nullable Path tlsDirectory;

    @Option(names = "--insecure", description = "With --at: listen beyond this machine without TLS.")
    private boolean insecure;

    @Option(
            names = "--interfaces",
            paramLabel = "NAME",
            split = ",",
            description = "With --at: where to listen: names (eth0), networks (10.0.0.0/8), exclusions (!docker0).")
    private List<String> interfaces = List.of();

    @Option(
            names = "--shm-directory",
            paramLabel = "DIR",
            defaultValue = "/dev/shm",
            description = "Where shared memory is made; a tmpfs (default: /dev/shm).")
    private Path sharedDirectory = Path.of("/dev/shm");

    boolean isTaken() {
        return at != null;
    }

    LinkOptions links(TransportChoice transport, int streams) {
        return new LinkOptions(transport, sharedDirectory, streams);
    }

    Path sharedDirectory() {
        return sharedDirectory;
    }

    Rendezvous rendezvous() {
        if (at == null || tokenFile == null) throw RubatoException.usage("--at HOST:PORT needs --token-file FILE");
        HostPort meeting = HostPort.parse(at);
        return Rendezvous.at(meeting.host(), meeting.port(), Endpoint.readToken(tokenFile));
    }

    Reach reach() {
        if (!InterfaceChoice.isValid(interfaces))
            throw RubatoException.usage(
                    "--interfaces must be names of interfaces, networks or exclusions, was " + interfaces);
        Reach reach = Reach.beyond(exposure());
        return interfaces.isEmpty() ? reach : reach.over(interfaces);
    }

    private Exposure exposure() {
        if (tlsDirectory != null) return Protection.ofWorker(tlsDirectory);
        return insecure ? Exposure.INSECURE : Exposure.LOOPBACK;
    }
}
