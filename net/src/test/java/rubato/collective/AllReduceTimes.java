package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rubato.net.Peer;
import rubato.net.Token;
import rubato.world.WorkerId;

/**
 * Prints microseconds per all-reduce over TCP between processes of this machine, median of 11 samples:
 * {@code java -cp .. rubato.collective.AllReduceTimes [ranks] [bytes..]}.
 */
final class AllReduceTimes {
    private static final int[] BYTES = {4, 1 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20};

    private AllReduceTimes() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length > 0 && args[0].equals("rank")) {
            rank(Integer.parseInt(args[1]), bytes(args, 2));
            return;
        }
        parent(args.length > 0 ? Integer.parseInt(args[0]) : 2, args);
    }

    private static int[] bytes(String[] args, int from) {
        if (args.length <= from) return BYTES;
        return Arrays.stream(args).skip(from).mapToInt(Integer::parseInt).toArray();
    }

    private static void parent(int size, String[] args) throws IOException, InterruptedException {
        Token token = Token.random();
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> out = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx1g",
                    "-cp",
                    System.getProperty("java.class.path"),
                    AllReduceTimes.class.getName(),
                    "rank",
                    "" + rank));
            command.addAll(Arrays.asList(args).subList(Math.min(1, args.length), args.length));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().write((token.toHex() + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
            processes.add(process);
            out.add(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
        }
        StringBuilder ports = new StringBuilder();
        for (BufferedReader reader : out) ports.append(reader.readLine()).append(' ');
        for (Process process : processes) {
            process.getOutputStream().write((ports + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
        }
        out.get(0).lines().forEach(System.out::println);
        for (Process process : processes) process.waitFor();
    }

    private static void rank(int rank, int[] sizes) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        Token token = Token.parse(in.readLine());
        try (Mesh mesh = Mesh.open(token, new WorkerId("w" + rank, 1))) {
            System.out.println(mesh.address().getPort());
            List<Peer> addresses = new ArrayList<>();
            for (String port : in.readLine().strip().split(" ")) {
                InetSocketAddress address =
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
                addresses.add(new Peer(new WorkerId("w" + addresses.size(), 1), address));
            }
            try (Collective collective = mesh.connect(1, 1, rank, addresses, Duration.ofSeconds(10))) {
                new Measurement(collective, System.out).run(sizes);
            }
        }
    }

    private record Measurement(Collective collective, PrintStream out) {
        private static long step;

        void run(int[] sizes) {
            long warm = System.nanoTime();
            long[] stop = {0};
            while (stop[0] == 0) {
                for (int bytes : sizes) calls(bytes, bytes > 1 << 20 ? 1 : 20);
                stop[0] = System.nanoTime() - warm > 3_000_000_000L ? 1 : 0;
                long[][] votes =
                        collective.allReduce(step++, new float[0], 0, stop).controls();
                stop[0] = votes[0][0];
            }
            for (int bytes : sizes) measure(bytes);
        }

        private void measure(int bytes) {
            int calls = Math.max(1, Math.min(1000, (64 << 20) / bytes));
            calls(bytes, Math.max(2, Math.min(1000, (32 << 20) / bytes)));
            double[] micros = new double[11];
            for (int i = 0; i < micros.length; i++) micros[i] = calls(bytes, calls) / 1e3 / calls;
            Arrays.sort(micros);
            if (collective.rank() == 0)
                out.printf("%,12d bytes %12.1f us  min %.1f  max %.1f%n", bytes, micros[5], micros[0], micros[10]);
        }

        private long calls(int bytes, int count) {
            float[] vector = new float[bytes / 4];
            long[] control = {1, 2, 3, 4};
            collective.allReduce(step++, vector, 0, control);
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) collective.allReduce(step++, vector, vector.length, control);
            return System.nanoTime() - start;
        }
    }
}
