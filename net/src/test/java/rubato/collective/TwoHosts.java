package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Two hosts on one wire: network namespaces joined by a pair of virtual interfaces, each with a directory of shared memory of its own,
 * by which its ranks know that they are together. Needs root and {@code ip} and {@code tc} of iproute2.
 */
final class TwoHosts implements AutoCloseable {
    private static final long COMMAND_SECONDS = 10;

    private final String id = Long.toString(ProcessHandle.current().pid(), 36);
    private final List<Path> sharedDirectories = new ArrayList<>();

    TwoHosts() throws IOException {
        close();
        for (int host = 0; host < 2; host++) must("ip", "netns", "add", space(host));
        must("ip", "-n", space(0), "link", "add", wire(0), "type", "veth", "peer", "name", wire(1), "netns", space(1));
        for (int host = 0; host < 2; host++) {
            must("ip", "-n", space(host), "addr", "add", address(host) + "/24", "dev", wire(host));
            must("ip", "-n", space(host), "link", "set", wire(host), "up");
            must("ip", "-n", space(host), "link", "set", "lo", "up");
            sharedDirectories.add(Files.createTempDirectory(Path.of("/dev/shm"), space(host)));
        }
    }

    /** Why there can be none here, if there cannot. */
    static Optional<String> obstacle() {
        try {
            String probe = "rbprobe" + ProcessHandle.current().pid();
            for (String[] command : new String[][] {
                {"tc", "-V"},
                {"ip", "netns", "add", probe},
                {"ip", "netns", "exec", probe, "true"},
                {"ip", "netns", "del", probe}
            }) {
                Result result = command(command);
                if (result.code != 0) return Optional.of(String.join(" ", command) + ": " + result.output.strip());
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    String address(int host) {
        return "10.93.0." + (host + 1);
    }

    Path sharedDirectory(int host) {
        return sharedDirectories.get(host);
    }

    /** A command that runs on a host. */
    List<String> on(int host, List<String> command) {
        List<String> there = new ArrayList<>(List.of("ip", "netns", "exec", space(host)));
        there.addAll(command);
        return there;
    }

    /** Shapes what each host sends. */
    void rate(String rate) throws IOException {
        for (int host = 0; host < 2; host++) {
            must(on(
                            host,
                            List.of(
                                    "tc",
                                    "qdisc",
                                    "replace",
                                    "dev",
                                    wire(host),
                                    "root",
                                    "tbf",
                                    "rate",
                                    rate,
                                    "burst",
                                    "256kb",
                                    "latency",
                                    "50ms"))
                    .toArray(String[]::new));
        }
    }

    void cut() throws IOException {
        must("ip", "-n", space(0), "link", "set", wire(0), "down");
    }

    /** Bytes a host has put on the wire, headers and all. */
    long sentBytes(int host) throws IOException {
        String counter = "/sys/class/net/" + wire(host) + "/statistics/tx_bytes";
        return Long.parseLong(
                must(on(host, List.of("cat", counter)).toArray(String[]::new)).strip());
    }

    private String space(int host) {
        return "rb" + id + (host == 0 ? "a" : "b");
    }

    private String wire(int host) {
        return "w" + space(host);
    }

    /** Interfaces go with their namespaces. */
    @Override
    public void close() throws IOException {
        for (int host = 0; host < 2; host++) command("ip", "netns", "del", space(host));
        for (Path directory : sharedDirectories) Files.delete(directory);
        sharedDirectories.clear();
    }

    private record Result(int code, String output) {}

    private static String must(String... command) throws IOException {
        Result result = command(command);
        if (result.code != 0) throw new IOException(String.join(" ", command) + ": " + result.output);
        return result.output;
    }

    private static Result command(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS))
                throw new IOException(command[0] + " does not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return new Result(process.exitValue(), output);
    }
}
