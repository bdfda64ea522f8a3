package rubato.bench;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import rubato.certs.TlsDirectory;
import rubato.collective.Collective;
import rubato.collective.Mesh;
import rubato.net.Exposure;
import rubato.net.Peer;
import rubato.net.Token;
import rubato.world.WorkerId;

/**
 * One rank of an all-reduce of 4 MiB between hosts, for {@code bench/tls.sh}: arguments are token, rank, the directory of certificates
 * or {@code -}, and every rank's HOST:PORT; or a directory alone, to make certificates there. Rank 0 prints the median milliseconds of 9 calls.
 */
public final class LinkAllReduce {
    private static final int LENGTH = 1 << 20;
    private static final int CALLS = 9;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private LinkAllReduce() {}

    public static void main(String[] arguments) {
        if (arguments.length == 1) {
            new TlsDirectory(Path.of(arguments[0])).make("bench", Instant.now());
            return;
        }
        int rank = Integer.parseInt(arguments[1]);
        List<InetSocketAddress> addresses = List.of(arguments).subList(3, arguments.length).stream()
                .map(LinkAllReduce::address)
                .toList();
        InetSocketAddress own = addresses.get(rank);
        try (Mesh mesh = Mesh.open(
                        Token.parse(arguments[0]),
                        new WorkerId("rank-" + rank, 1),
                        own.getHostString(),
                        own.getPort(),
                        exposure(arguments[2]),
                        DEADLINE);
                Collective collective = mesh.connect(1, 1, rank, peers(addresses), DEADLINE)) {
            double median = median(collective);
            if (rank == 0) System.out.printf("%.1f%n", median);
        }
    }

    private static List<Peer> peers(List<InetSocketAddress> addresses) {
        List<Peer> peers = new ArrayList<>();
        for (InetSocketAddress address : addresses)
            peers.add(new Peer(new WorkerId("rank-" + peers.size(), 1), address));
        return peers;
    }

    private static double median(Collective collective) {
        float[] vector = new float[LENGTH];
        double[] millis = new double[CALLS];
        for (int call = -1; call < CALLS; call++) {
            long start = System.nanoTime();
            collective.allReduce(call + 2, vector, LENGTH, new long[0]);
            if (call >= 0) millis[call] = (System.nanoTime() - start) * 1e-6;
        }
        java.util.Arrays.sort(millis);
        return millis[CALLS / 2];
    }

    private static Exposure exposure(String directory) {
        if (directory.equals("-")) return Exposure.INSECURE;
        return Exposure.secured(new TlsDirectory(Path.of(directory)).context(TlsDirectory.Role.WORKER));
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
