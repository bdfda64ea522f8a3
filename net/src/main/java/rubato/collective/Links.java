package rubato.collective;

import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import rubato.net.PeerLostException;
import rubato.net.Transport;
import rubato.plan.Topology;

/** The streams of one generation, used by one operation at a time; the first that fails ends them all. */
final class Links {
    private final Transport transport;
    private final Link[] links;
    private final FlightRecorder recorder;
    private final Object lock = new Object();
    /** Why nothing goes on; written under lock. */
    private volatile @Nullable CollectiveException broken;
    /** Whether an operation is under way: guarded by lock. */
    private boolean busy;

    Links(Transport transport, Tuning tuning) {
        this.transport = transport;
        this.recorder = new FlightRecorder(transport.size());
        this.links = new Link[transport.size()];
        CRC32C crc = new CRC32C();
        for (int peer = 0; peer < links.length; peer++) {
            if (peer != transport.rank()) links[peer] = new Link(peer, tuning, crc);
        }
    }

    Transport transport() {
        return transport;
    }

    /** Which ranks share a host. */
    Topology topology() {
        return new Topology(IntStream.of(transport.hosts()).boxed().toList());
    }

    /** By rank; none at the own one. */
    Link[] all() {
        return links;
    }

    FlightRecorder recorder() {
        return recorder;
    }

    @Nullable
    CollectiveException broken() {
        return broken;
    }

    void enter() {
        synchronized (lock) {
            CollectiveException reason = broken;
            if (reason != null) throw again(reason);
            if (busy) throw new IllegalStateException("an operation is under way; wait for its end before the next");
            busy = true;
        }
    }

    /** Ends an operation, successfully or not; all peers have been told of a failure. */
    void leave(@Nullable CollectiveException failure) {
        synchronized (lock) {
            busy = false;
            if (failure != null && broken == null) broken = failure;
            if (broken != null) transport.hangUp();
        }
    }

    void abort(String reason) {
        synchronized (lock) {
            if (broken != null) return;
            broken = new CollectiveException(-1, reason);
            if (!busy) partAtRest(reason);
        }
        transport.wake();
    }

    /** A rank that hangs up at rest says nothing: whoever waits for it takes it for gone. */
    void close() {
        synchronized (lock) {
            if (broken == null) broken = new CollectiveException(-1, "the collective is closed");
        }
        transport.close();
    }

    private void partAtRest(String reason) {
        for (Link link : links) {
            if (link == null || !link.out.isEmpty()) continue;
            say(link, Farewell.because(new CollectiveException(-1, reason)));
            try {
                link.out.flush(transport);
            } catch (PeerLostException e) {
                // it needs no farewell
            }
        }
        transport.hangUp();
    }

    /** Puts a farewell into an empty outbox. */
    static void say(Link link, Farewell farewell) {
        int size = farewell.put(link.out.open().bytes, Frame.HEAD);
        link.out.seal(Frame.FAREWELL, Frame.padded(size), 0, 0);
    }

    static CollectiveException again(CollectiveException reason) {
        return new CollectiveException(reason.peerRank(), String.valueOf(reason.getMessage()));
    }
}
