package rubato.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import rubato.collective.Collective;
import rubato.collective.Mesh;
import rubato.net.Exposure;
import rubato.net.LinkOptions;
import rubato.net.Peer;
import rubato.net.Token;
import rubato.net.TransportChoice;
import rubato.world.WorkerId;

/** One rank of a measurement: connects to the others, warms up, measures every size; rank 0 prints. */
final class AllReduceRank {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration OPERATION = Duration.ofSeconds(60);

    /** What to measure, the same for all ranks. */
    record Task(
            int workers,
            TransportChoice transport,
            List<Long> bytes,
            AllReduceCommand.Place place,
            int tcpStreams,
            String codec) {}

    private AllReduceRank() {}

    static void run(Task task, int rank, InputStream input, PrintStream out) {
        BufferedReader in = new BufferedReader(new InputStreamReader(input, UTF_8));
        LinkOptions links = new LinkOptions(task.transport(), LinkOptions.DEFAULT.sharedDirectory(), task.tcpStreams());
        try {
            Token token = Token.parse(in.readLine());
            try (Mesh mesh = Mesh.open(token, worker(rank), "127.0.0.1", 0, Exposure.LOOPBACK, links, OPERATION)) {
                out.println(mesh.address().getPort());
                out.flush();
                List<Peer> peers = peers(in.readLine());
                try (Collective collective = mesh.connect(1, 1, rank, peers, CONNECT)) {
                    new AllReduceSchedule(collective, task, out).run();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WorkerId worker(int rank) {
        return new WorkerId("rank-" + rank, 1);
    }

    private static List<Peer> peers(String ports) {
        List<Peer> peers = new ArrayList<>();
        for (String port : ports.strip().split(" "))
            peers.add(new Peer(
                    worker(peers.size()),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port))));
        return peers;
    }
}
