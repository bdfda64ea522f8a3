package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.world.Generation;

/** One generation over the links to its members. */
final class LinkTransport implements Transport {
    /** How long a peer's last bytes may go unread before its giving up counts all the same. */
    private static final long DRAIN_NANOS = 20_000_000;

    private static final Duration SHARE = Duration.ofSeconds(10);

    private final Generation generation;
    private final int rank;
    private final @Nullable Link[] links;
    private final HostMemory hostMemory;
    private final boolean[] reads;
    private final boolean[] writes;
    private final Selector selector;
    private final Consumer<SelectionKey> ready = this::ready;
    private @Nullable SharedGroup shared;
    private final @Nullable PeerLostException[] failures;
    private @Nullable PeerLostException lost;
    private long abortSeen;
    private volatile boolean closed;

    /** @param links by rank, begun; none at the own one */
    LinkTransport(Generation generation, int rank, @Nullable Link[] links, HostMemory hostMemory) throws IOException {
        this.generation = generation;
        this.rank = rank;
        this.links = links;
        this.hostMemory = hostMemory;
        this.reads = new boolean[links.length];
        this.writes = new boolean[links.length];
        this.failures = new PeerLostException[links.length];
        this.selector = Selector.open();
        for (int peer = 0; peer < links.length; peer++) {
            Link link = links[peer];
            if (link == null) continue;
            link.control().channel().register(selector, SelectionKey.OP_READ, peer);
            link.lane().join(selector);
        }
    }

    void shared(@Nullable SharedGroup group) {
        shared = group;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return links.length;
    }

    @Override
    public int[] hosts() {
        int[] hosts = new int[links.length];
        int count = 0;
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = count;
            for (int j = 0; j < i && hosts[i] == count; j++) if (sameHost(i, j)) hosts[i] = hosts[j];
            if (hosts[i] == count) count++;
        }
        return hosts;
    }

    private boolean sameHost(int i, int j) {
        return host(i) != HostIdentity.UNKNOWN && host(i) == host(j);
    }

    private long host(int member) {
        Link link = links[member];
        return link == null ? hostMemory.host() : link.host();
    }

    @Override
    public TransportChoice carrier(int peer) {
        return link(peer).carrier();
    }

    @Override
    public @Nullable SharedGroup shared() {
        return shared;
    }

    @Override
    public SharedGroup share(long bytes) throws PeerLostException {
        requireOpen();
        requireAll();
        SharedGroup group = hostMemory.make(links, rank, bytes, Until.in(SHARE, () -> closed));
        if (group == null) throw new PeerLostException(-1, "no shared memory for " + bytes + " bytes per rank");
        return group;
    }

    @Override
    public int read(int peer, ByteBuffer into) throws PeerLostException {
        requireOpen();
        requireAlive(peer);
        try {
            int read = link(peer).read(into);
            if (read < 0) requireAll();
            return read;
        } catch (PeerLostException e) {
            throw e;
        } catch (IOException e) {
            throw lost(peer, e);
        }
    }

    @Override
    public int write(int peer, ByteBuffer from) throws PeerLostException {
        requireOpen();
        requireAlive(peer);
        try {
            return link(peer).write(from);
        } catch (IOException e) {
            throw lost(peer, e);
        }
    }

    @Override
    public void interest(int peer, boolean read, boolean write) {
        reads[peer] = read;
        writes[peer] = write;
    }

    @Override
    public void await(long nanos) throws PeerLostException {
        requireOpen();
        requireAll();
        try {
            if (arm()) selector.selectNow(ready);
            else selector.select(ready, Math.max(1, nanos / 1_000_000));
        } catch (ClosedSelectorException e) {
            requireOpen();
        } catch (IOException e) {
            throw new PeerLostException(-1, "waiting for peers failed: " + Sockets.reason(e));
        } finally {
            for (Link link : links) if (link != null) link.lane().awake();
        }
        requireAll();
    }

    private boolean arm() {
        boolean there = false;
        for (int peer = 0; peer < links.length; peer++) {
            Link link = links[peer];
            if (link != null && link.lane().interest(reads[peer], writes[peer])) there = true;
        }
        return there;
    }

    /** A control socket has something to say; data is read by whoever waits for it. */
    private void ready(SelectionKey key) {
        if (!(key.attachment() instanceof Integer peer)) return;
        Link link = link(peer);
        try {
            link.attend();
        } catch (IOException e) {
            key.cancel();
            if (link.over()) {
                link.hungUp();
                return;
            }
            PeerLostException failure = lost(peer, e);
            failures[peer] = failure;
            if (lost == null) lost = failure;
        }
    }

    private void requireAll() throws PeerLostException {
        PeerLostException dead = lost;
        if (dead != null) throw dead;
        boolean overdue = abortSeen != 0 && System.nanoTime() - abortSeen > DRAIN_NANOS;
        for (int peer = 0; peer < links.length; peer++) {
            Link link = links[peer];
            ControlMessage.Abort abort = link == null ? null : link.aborted();
            if (link == null || abort == null) continue;
            if (abortSeen == 0) abortSeen = System.nanoTime();
            if (!link.drained() && !overdue) continue;
            boolean known = abort.blamed() >= 0 && abort.blamed() < links.length;
            throw new PeerLostException(known ? abort.blamed() : peer, "rank " + peer + " gave up: " + abort.reason());
        }
    }

    private void requireAlive(int peer) throws PeerLostException {
        PeerLostException failure = failures[peer];
        if (failure != null) throw failure;
    }

    private void requireOpen() throws PeerLostException {
        if (closed) throw new PeerLostException(-1, "the transport is closed");
    }

    @Override
    public boolean left(int peer) {
        return link(peer).over();
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public void nudge(int peer) throws PeerLostException {
        try {
            link(peer).control().wake();
        } catch (IOException e) {
            throw lost(peer, e);
        }
    }

    @Override
    public void abort(int blamed, String reason) {
        if (closed) return;
        for (Link link : links) {
            if (link == null || link.broken()) continue;
            try {
                link.abort(generation, blamed, reason);
            } catch (IOException e) {
                link.close();
            }
        }
        end();
    }

    @Override
    public void hangUp() {
        if (closed) return;
        for (Link link : links) {
            if (link == null || link.broken()) continue;
            try {
                link.leave(generation);
            } catch (IOException e) {
                link.close();
            }
        }
    }

    @Override
    public void close() {
        hangUp();
        end();
    }

    private void end() {
        closed = true;
        Sockets.closeQuietly(selector);
    }

    Link link(int peer) {
        return Objects.requireNonNull(links[peer]);
    }

    private PeerLostException lost(int peer, IOException e) {
        link(peer).close();
        return new PeerLostException(peer, "rank " + peer + " " + Sockets.reason(e));
    }
}
