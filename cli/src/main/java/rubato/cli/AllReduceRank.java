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
import java.util.function.Consumer;
import rubato.collective.Collective;
import rubato.collective.Mesh;
import rubato.collective.Reach;
import rubato.collective.Rendezvous;
import rubato.net.Exposure;
import rubato.net.LinkOptions;
import rubato.net.Peer;
import rubato.net.Route;
import rubato.net.Token;
import rubato.world.WorkerId;

/** One rank of a measurement: connects to the others, warms up, measures every size; rank 0 prints. */
final class AllReduceRank {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration OPERATION = Duration.ofSeconds(60);

    /**
     * What to measure, the same for all ranks but for {@code links}.
     *
     * @param algorithm how vectors are summed; {@code auto}: as {@link Collective#sum} does, or over
     *     streams of three or more ranks by what was measured to be faster
     * @param sampleBytes of a sample, as many calls as that takes
     */
    record Task(
            int workers,
            LinkOptions links,
            List<Long> bytes,
            AllReduceCommand.Place place,
            String codec,
            String algorithm,
            long sampleBytes) {}

    private AllReduceRank() {}

    /** A process that {@link AllReduceProcesses} has started. */
    static void run(Task task, int rank, InputStream input, PrintStream out) {
        BufferedReader in = new BufferedReader(new InputStreamReader(input, UTF_8));
        try {
            Token token = Token.parse(in.readLine());
            try (Mesh mesh =
                    Mesh.open(token, worker(rank), "127.0.0.1", 0, Exposure.LOOPBACK, task.links(), OPERATION)) {
                out.println(mesh.address().getPort());
                out.flush();
                measure(task, mesh, rank, peers(in.readLine()), out::println);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process that meets the others by itself. */
    static void run(Task task, int rank, Rendezvous rendezvous, Reach reach, Consumer<String> results) {
        String host = reach.host().isEmpty() ? rendezvous.host(rank) : reach.host();
        try (Mesh mesh = Mesh.open(
                rendezvous.token(), worker(rank), host, 0, reach.exposure(), task.links(), OPERATION, Route.on(host))) {
            List<InetSocketAddress> all =
                    rendezvous.meet(rank, task.workers(), mesh.address(), reach.exposure(), CONNECT);
            List<Peer> peers = new ArrayList<>();
            for (InetSocketAddress address : all) peers.add(new Peer(worker(peers.size()), address));
            measure(task, mesh, rank, peers, results);
        }
    }

    private static void measure(Task task, Mesh mesh, int rank, List<Peer> peers, Consumer<String> results) {
        try (Collective collective = mesh.connect(1, 1, rank, peers, CONNECT)) {
            new AllReduceSchedule(collective, task, results).run();
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
