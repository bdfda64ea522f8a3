package rubato.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Three processes on one machine, every commit forced to disk: how long one takes, how many fit in a second, how long a killed leader is missed. */
final class RaftBench {
    private RaftBench() {}

    /** Arguments: directory to work in, rounds, kills. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        int rounds = Integer.parseInt(arguments[1]);
        int kills = Integer.parseInt(arguments[2]);
        List<Double> p50 = new ArrayList<>();
        List<Double> p99 = new ArrayList<>();
        List<Double> rate = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            try (ReplicaProcesses group = new ReplicaProcesses(directory.resolve("speed-" + round), 3)) {
                int leader = group.await(said -> said.line().startsWith("leading"), 30)
                        .replica();
                group.tell(leader, "single 3000");
                group.tell(leader, "batched 100000 4000");
                group.tell(leader, "single 3000");
                group.tell(leader, "batched 200000 4000");
                group.await(said -> said.line().startsWith("single"), 60);
                group.await(said -> said.line().startsWith("batched"), 60);
                String[] single = group.await(said -> said.line().startsWith("single"), 60)
                        .words();
                String[] batched = group.await(said -> said.line().startsWith("batched"), 60)
                        .words();
                p50.add(Double.parseDouble(single[1]) / 1000);
                p99.add(Double.parseDouble(single[2]) / 1000);
                rate.add(Double.parseDouble(batched[1]));
            }
        }
        row("one entry at a time, p50 (ms)", p50, "%.2f");
        row("one entry at a time, p99 (ms)", p99, "%.2f");
        row("4 000 on the way, entries/s", rate, "%.0f");
        if (kills > 0) failover(directory.resolve("kills"), kills);
    }

    private static void failover(Path directory, int kills) throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        try (ReplicaProcesses group = new ReplicaProcesses(directory, 3)) {
            for (int id = 0; id < 3; id++) group.tell(id, "auto");
            int leader = group.await(said -> said.line().startsWith("ack"), 30).replica();
            for (int kill = 0; kill < kills; kill++) {
                int killed = leader;
                for (int acks = 0; acks < 200; acks++)
                    group.await(said -> said.line().startsWith("ack"), 30);
                long start = System.nanoTime();
                group.kill(killed);
                ReplicaProcesses.Said first = group.await(
                        said -> said.replica() != killed && said.line().startsWith("ack"), 30);
                millis.add((first.nanos() - start) / 1e6);
                leader = first.replica();
                group.restart(killed);
                group.tell(killed, "auto");
                group.await(said -> said.replica() == killed && said.line().startsWith("following "), 30);
            }
        }
        Collections.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "| kill -9 of the leader to the next commit, %d kills (ms) | p50 %.0f, p99 %.0f, longest %.0f |%n",
                kills,
                millis.get(kills / 2),
                millis.get(Math.min(kills - 1, kills * 99 / 100)),
                millis.get(kills - 1));
    }

    private static void row(String what, List<Double> values, String format) {
        Collections.sort(values);
        System.out.printf(
                Locale.ROOT,
                "| %s | median " + format + " (" + format + " to " + format + ") |%n",
                what,
                values.get(values.size() / 2),
                values.get(0),
                values.get(values.size() - 1));
    }
}
