package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.HostPort;
import rubato.net.Hub;
import rubato.net.Interfaces;
import rubato.net.NioHub;
import rubato.net.Token;

/** Rank 0 collects the addresses of all ranks and tells them to everyone. */
record DialRendezvous(String host, int port, Token token) implements Rendezvous {
    private static final long DIAL_AGAIN_NANOS = 20_000_000;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    @Override
    public String host(int rank) {
        return rank == 0 ? host : Interfaces.ofThisMachine().towards(host).getHostAddress();
    }

    @Override
    public List<InetSocketAddress> meet(
            int rank, int size, InetSocketAddress own, Exposure exposure, Duration deadline) {
        return rank == 0 ? host(own, size, exposure, deadline) : ask(rank, size, own, exposure, deadline);
    }

    private List<InetSocketAddress> host(InetSocketAddress own, int size, Exposure exposure, Duration deadline) {
        Desk desk = new Desk(size);
        desk.note(0, HostPort.announced(own));
        try (NioHub hub = NioHub.open(token, desk, exposure)) {
            hub.listen(host, port);
            List<InetSocketAddress> all = parse(desk.await(deadline), size);
            desk.leave();
            return all;
        }
    }

    private List<InetSocketAddress> ask(
            int rank, int size, InetSocketAddress own, Exposure exposure, Duration deadline) {
        Desk answer = new Desk(size);
        long end = System.nanoTime() + deadline.toNanos();
        try (NioHub hub = NioHub.open(token, answer, exposure)) {
            Hub.Connection zero = dial(hub, end);
            zero.send((rank + " " + size + " " + HostPort.announced(own)).getBytes(UTF_8));
            Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            List<InetSocketAddress> all = parse(answer.await(left), size);
            zero.close("met");
            return all;
        }
    }

    /** Rank 0 may not be there yet. */
    private Hub.Connection dial(NioHub hub, long end) {
        while (true) {
            try {
                return hub.dial(host, port, Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
            } catch (RubatoException e) {
                if (System.nanoTime() > end)
                    throw new CollectiveException(
                            0, "rank 0 is not at " + new HostPort(host, port) + ": " + e.getMessage());
                if (Thread.currentThread().isInterrupted()) throw interrupted();
                LockSupport.parkNanos(DIAL_AGAIN_NANOS);
            }
        }
    }

    private static CollectiveException interrupted() {
        return new CollectiveException(-1, "interrupted while waiting for the other ranks");
    }

    private static List<InetSocketAddress> parse(String all, int size) {
        List<String> lines = all.lines().limit(size + 1L).toList();
        if (lines.size() != size)
            throw new CollectiveException(0, "rank 0 told " + lines.size() + " addresses of " + size);
        try {
            return lines.stream().map(line -> HostPort.parse(line).resolved()).toList();
        } catch (RubatoException e) {
            throw new CollectiveException(0, "rank 0 told an address that is none: " + e.getMessage());
        }
    }

    /** Where rank 0 notes who has come, itself first, and where the others get the list. */
    private static final class Desk implements Hub.Handler {
        private final int size;
        private final Map<Integer, String> noted = new ConcurrentHashMap<>();
        private final Map<Integer, Hub.Connection> connections = new ConcurrentHashMap<>();
        private final CompletableFuture<String> all = new CompletableFuture<>();

        Desk(int size) {
            this.size = size;
        }

        void note(int rank, String address) {
            if (noted.putIfAbsent(rank, address) != null)
                all.completeExceptionally(new CollectiveException(rank, "rank " + rank + " came twice"));
            if (noted.size() < size) return;
            StringJoiner lines = new StringJoiner("\n");
            for (int i = 0; i < size; i++) lines.add(noted.get(i));
            connections
                    .values()
                    .forEach(connection -> connection.send(lines.toString().getBytes(UTF_8)));
            all.complete(lines.toString());
        }

        String await(Duration deadline) {
            try {
                return all.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                for (int rank = 0; rank < size; rank++)
                    if (!noted.containsKey(rank))
                        throw new CollectiveException(rank, "rank " + rank + " did not come in time");
                throw new CollectiveException(-1, "the meeting took too long");
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                throw new CollectiveException(-1, String.valueOf(cause == null ? e.getMessage() : cause.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw interrupted();
            }
        }

        void leave() {
            connections.values().forEach(connection -> connection.close("met"));
        }

        @Override
        public void opened(Hub.Connection connection, boolean dialed) {}

        @Override
        public void received(Hub.Connection connection, byte[] message) {
            String text = new String(message, UTF_8);
            if (noted.isEmpty()) {
                all.complete(text);
                return;
            }
            String[] parts = text.split(" ", 4);
            if (parts.length != 3 || !isNumber(parts[0]) || !isNumber(parts[1])) {
                connection.close("sent what is no rank");
                return;
            }
            int rank = Integer.parseInt(parts[0]);
            if (Integer.parseInt(parts[1]) != size || rank < 1 || rank >= size) {
                all.completeExceptionally(new CollectiveException(
                        rank, "rank " + rank + " of " + parts[1] + " came to a meeting of " + size));
                return;
            }
            connections.put(rank, connection);
            note(rank, parts[2]);
        }

        private static boolean isNumber(String text) {
            return NUMBER.matcher(text).matches();
        }

        @Override
        public void closed(Hub.Connection connection, String reason) {
            if (noted.isEmpty())
                all.completeExceptionally(new CollectiveException(0, "rank 0 ended the meeting: " + reason));
        }
    }
}
