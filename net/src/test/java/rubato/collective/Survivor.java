package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import rubato.net.Exposure;
import rubato.net.LinkOptions;
import rubato.net.Peer;
import rubato.net.Token;
import rubato.net.TransportChoice;
import rubato.random.SplitMix;
import rubato.world.WorkerId;

/**
 * One process of a group of which another will die: {@code NUMBER TRANSPORT DIRECTORY DEADLINE_MILLIS}. It reads the token, then for
 * each generation its members as {@code number:port ..}; it reduces until something fails, or, in the last one, a hundred times.
 */
final class Survivor {
    private Survivor() {}

    public static void main(String[] args) throws IOException {
        ProcessHandle.current()
                .parent()
                .ifPresent(
                        test -> test.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
        int number = Integer.parseInt(args[0]);
        LinkOptions links = new LinkOptions(TransportChoice.parse(args[1]), Path.of(args[2]), 1);
        Duration deadline = Duration.ofMillis(Long.parseLong(args[3]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        Token token = Token.parse(in.readLine());
        try (Mesh mesh = Mesh.open(token, worker(number), "127.0.0.1", 0, Exposure.LOOPBACK, links, deadline)) {
            say("port " + mesh.address().getPort());
            Collective first = connect(mesh, 1, number, in.readLine());
            say("ready");
            try {
                for (long step = 1; ; step++) reduce(first, step);
            } catch (CollectiveException e) {
                say("failed " + micros() + " " + e.peerRank() + " " + e.getMessage());
            }
            try (Collective second = connect(mesh, 2, number, in.readLine())) {
                boolean correct = true;
                for (long step = 1; step <= 100; step++) correct &= reduce(second, step);
                say("survived " + correct + " " + mesh.linksMade());
            }
        }
    }

    private static boolean reduce(Collective collective, long step) {
        int length = 1 + new SplitMix(step).nextInt(step % 4 == 0 ? 400_000 : 3_000);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) vector[i] = collective.rank() + i % 5;
        collective.allReduce(step, vector, length, new long[] {step});
        int size = collective.size();
        for (int i = 0; i < length; i++) if (vector[i] != size * (size - 1) / 2 + size * (i % 5)) return false;
        return true;
    }

    private static Collective connect(Mesh mesh, long generation, int number, String members) {
        List<Peer> peers = new ArrayList<>();
        int rank = -1;
        for (String member : members.strip().split(" ")) {
            String[] parts = member.split(":");
            if (Integer.parseInt(parts[0]) == number) rank = peers.size();
            peers.add(new Peer(
                    worker(Integer.parseInt(parts[0])),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(parts[1]))));
        }
        return mesh.connect(1, generation, rank, peers, Duration.ofSeconds(20));
    }

    private static WorkerId worker(int number) {
        return new WorkerId("w" + number, 1);
    }

    /** A clock all processes of a machine share. */
    static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
