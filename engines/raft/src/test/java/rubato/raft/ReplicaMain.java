package rubato.raft;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerHead;
import rubato.log.ReplicaPlace;
import rubato.log.ReplicatedLedger;
import rubato.log.ReplicatedLog;
import rubato.log.ReplicationEngine;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.net.Token;
import rubato.step.Range;
import rubato.world.Generation;

/**
 * A process with one replica, obeying lines on its standard input: {@code auto} (while it leads, append one entry after the
 * other and print each when it is acknowledged), {@code single COUNT}, {@code batched COUNT WINDOW}. Its arguments: the
 * group's directory, its number, the size of the group.
 */
final class ReplicaMain implements ReplicatedLog.Observer, Hub.Handler {
    static final String TOKEN = "11".repeat(32);

    private final Path directory;
    private final int self;
    private final PrintStream out = System.out;
    private final RaftReplica replica;
    private final PeerLinks links;
    private volatile @Nullable ReplicatedLedger ledger;
    private volatile boolean auto;
    private final AtomicLong next = new AtomicLong();

    private ReplicaMain(Path directory, int self, int size) throws IOException {
        this.directory = directory;
        this.self = self;
        List<Integer> members = IntStream.range(0, size).boxed().toList();
        Path own = Files.createDirectories(directory.resolve("coordinators").resolve("" + self));
        ReplicaPlace place = new ReplicaPlace(self, members, "run", own);
        links = new PeerLinks(place, this::address);
        ReplicaThread thread = new ReplicaThread("rubato-replica");
        replica = new RaftReplica(place, new RealDisk(), thread, links, System.nanoTime());
        NioHub hub = NioHub.open(Token.parse(TOKEN), this);
        int port = hub.listen("127.0.0.1", 0);
        Path written = own.resolve("address.new");
        Files.writeString(written, "127.0.0.1:" + port);
        Files.move(written, own.resolve("address"), StandardCopyOption.ATOMIC_MOVE);
        links.start(hub, replica);
        replica.start(this);
    }

    private Optional<ReplicationEngine.Address> address(int peer) {
        try {
            Path file = directory.resolve("coordinators").resolve("" + peer).resolve("address");
            String[] parts = Files.readString(file).split(":");
            return Optional.of(new ReplicationEngine.Address(parts[0], Integer.parseInt(parts[1])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public static void main(String[] arguments) throws Exception {
        ReplicaMain main =
                new ReplicaMain(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) main.obey(line.split(" "));
        System.exit(0);
    }

    private void obey(String[] words) throws Exception {
        switch (words[0]) {
            case "auto" -> {
                auto = true;
                appendOne();
            }
            case "single" -> single(Integer.parseInt(words[1]));
            case "batched" -> batched(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    /** One entry as a run with eight workers writes it. */
    static Entry commit(long step) {
        List<List<Range>> ranges = new ArrayList<>();
        for (int rank = 0; rank < 8; rank++) ranges.add(List.of(new Range(1, rank * 64, 64)));
        return new Entry.Commit(new Generation(1, 1), step, step * 31, 1, ranges, List.of(), step * 17, false, 0.5);
    }

    private void single(int count) throws Exception {
        ReplicatedLedger open = java.util.Objects.requireNonNull(ledger);
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            CountDownLatch done = new CountDownLatch(1);
            long start = System.nanoTime();
            open.append(List.of(commit(i)), done::countDown);
            if (!done.await(10, TimeUnit.SECONDS)) throw new IllegalStateException("no commit within 10 s");
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        say("single " + nanos[count / 2] / 1000 + " " + nanos[count * 99 / 100] / 1000);
    }

    private void batched(int count, int window) throws Exception {
        ReplicatedLedger open = java.util.Objects.requireNonNull(ledger);
        Semaphore room = new Semaphore(window);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            room.acquire();
            open.append(List.of(commit(i)), room::release);
        }
        room.acquire(window);
        double seconds = (System.nanoTime() - start) / 1e9;
        say("batched " + Math.round(count / seconds));
    }

    private void appendOne() {
        ReplicatedLedger open = ledger;
        if (open == null || !auto) return;
        Entry entry = new Entry.Term(1_000_000L * (self + 1) + 10_000_000L * open.hashCode() + next.incrementAndGet());
        long[] index = new long[1];
        try {
            index[0] = open.append(List.of(entry), () -> {
                say("ack " + index[0] + " " + ((Entry.Term) entry).term());
                appendOne();
            });
        } catch (RubatoException e) {
            say("refused " + e.getMessage());
        }
    }

    private synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void leading(long term, LedgerHead head) {
        ReplicatedLedger open = new ReplicatedLedger(replica, term, head);
        open.onFailure(error -> say("failed " + error.getMessage()));
        ledger = open;
        say("leading " + term);
        appendOne();
    }

    @Override
    public void following(OptionalInt leader) {
        ReplicatedLedger open = ledger;
        ledger = null;
        if (open != null) open.depose("another coordinator leads");
        say("following " + (leader.isPresent() ? leader.getAsInt() : "none"));
    }

    @Override
    public void failed(RubatoException error) {
        say("dead " + error.getMessage());
    }

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {}

    @Override
    public void received(Hub.Connection connection, byte[] message) {
        links.received(connection, message);
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        links.closed(connection);
    }
}
