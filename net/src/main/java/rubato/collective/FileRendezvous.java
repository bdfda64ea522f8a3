package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.HostPort;
import rubato.net.Token;

/** Each rank leaves its address in a file named after it, and waits for the others' files. */
record FileRendezvous(Path directory, Token token) implements Rendezvous {
    private static final long LOOK_AGAIN_NANOS = 2_000_000;
    private static final String LOOPBACK = "127.0.0.1";

    @Override
    public String host(int rank) {
        return LOOPBACK;
    }

    @Override
    public List<InetSocketAddress> meet(
            int rank, int size, InetSocketAddress own, Exposure exposure, Duration deadline) {
        try {
            leave(rank, own);
            return await(size, System.nanoTime() + deadline.toNanos());
        } catch (IOException e) {
            throw new CollectiveException(-1, "cannot meet in " + directory + ": " + e.getMessage());
        }
    }

    private void leave(int rank, InetSocketAddress own) throws IOException {
        Files.createDirectories(directory);
        Path draft = directory.resolve("rank-" + rank + ".draft");
        Files.writeString(draft, HostPort.announced(own), UTF_8);
        Files.move(draft, directory.resolve("rank-" + rank), StandardCopyOption.ATOMIC_MOVE);
    }

    private List<InetSocketAddress> await(int size, long end) throws IOException {
        List<InetSocketAddress> all = new ArrayList<>();
        while (all.size() < size) {
            Path next = directory.resolve("rank-" + all.size());
            if (Files.exists(next)) {
                all.add(parse(Files.readString(next, UTF_8), next));
                continue;
            }
            if (System.nanoTime() > end)
                throw new CollectiveException(all.size(), "rank " + all.size() + " did not come to " + directory);
            if (Thread.currentThread().isInterrupted())
                throw new CollectiveException(-1, "interrupted while waiting for the other ranks");
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return all;
    }

    private static InetSocketAddress parse(String text, Path file) {
        try {
            return HostPort.parse(text.strip()).resolved();
        } catch (RubatoException e) {
            throw new CollectiveException(-1, file + " holds no address; use a new directory for each group");
        }
    }
}
