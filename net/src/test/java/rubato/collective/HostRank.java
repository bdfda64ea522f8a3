package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rubato.net.Exposure;
import rubato.net.HostPort;
import rubato.net.LinkOptions;
import rubato.net.Token;
import rubato.net.TransportChoice;
import rubato.plan.Algorithm;

/**
 * One rank of a group that spans hosts: {@code RANK SIZE HOST:PORT TRANSPORT SHARED_DIRECTORY DEADLINE_MILLIS}. Reads the token, meets, then
 * for each line {@code ALGORITHM ROUNDS LENGTH} reduces so often a vector of this length, until something fails.
 */
final class HostRank {
    private HostRank() {}

    public static void main(String[] args) throws IOException {
        ProcessHandle.current()
                .parent()
                .ifPresent(
                        test -> test.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
        int rank = Integer.parseInt(args[0]);
        int size = Integer.parseInt(args[1]);
        HostPort zero = HostPort.parse(args[2]);
        LinkOptions links = new LinkOptions(TransportChoice.parse(args[3]), Path.of(args[4]), 1);
        Duration deadline = Duration.ofMillis(Long.parseLong(args[5]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        Rendezvous rendezvous = Rendezvous.at(zero.host(), zero.port(), Token.parse(in.readLine()));
        Reach reach = Reach.beyond(Exposure.INSECURE).with(links);
        try (Group group = Group.join(rendezvous, rank, size, reach, deadline)) {
            say("met " + carriers(group));
            for (String line; (line = in.readLine()) != null; ) {
                String[] order = line.split(" ");
                say("done " + reduce(group, order[0], Integer.parseInt(order[1]), Integer.parseInt(order[2])));
            }
        } catch (CollectiveException e) {
            say("failed " + Survivor.micros() + " " + e.peerRank() + " " + e.getMessage());
        }
    }

    private static String carriers(Group group) {
        return IntStream.range(0, group.size())
                .mapToObj(other -> other == group.rank()
                        ? "-"
                        : group.carrier(other).name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    private static boolean reduce(Group group, String name, int rounds, int length) {
        Algorithm algorithm = name.equals("hierarchical") ? group.hierarchical() : Algorithm.EXCHANGE;
        boolean correct = true;
        float[] vector = new float[length];
        int size = group.size();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < length; i++) vector[i] = group.rank() + (i + round) % 5;
            group.allReduce(Elements.of(vector), Reduction.SUM, algorithm);
            for (int i = 0; i < length; i++) correct &= vector[i] == size * (size - 1) / 2 + size * ((i + round) % 5);
        }
        return correct;
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
