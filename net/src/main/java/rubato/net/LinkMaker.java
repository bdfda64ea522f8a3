package rubato.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.shm.SharedSegment;
import rubato.world.Generation;
import rubato.world.WorkerId;

/**
 * Makes the link between two ranks that have none: the lower one dials, both say on which host they are, and the best carrier that
 * both may use and can reach is taken. One thread.
 */
final class LinkMaker {
    private final WorkerId self;
    private volatile LinkOptions options;
    private final Dialer dialer;
    private final Gate gate;
    private final Arrivals arrivals;
    private final boolean direct;
    private final SecureRandom random = new SecureRandom();

    /** @param direct whether peers are dialed without a proxy: through one, nobody is on this host */
    LinkMaker(WorkerId self, LinkOptions options, Dialer dialer, Gate gate, Arrivals arrivals, boolean direct) {
        this.self = self;
        this.options = options;
        this.dialer = dialer;
        this.gate = gate;
        this.arrivals = arrivals;
        this.direct = direct;
    }

    /** For links made from now on. */
    void use(LinkOptions other) {
        options = other;
    }

    long host() {
        return direct ? HostIdentity.of(options.sharedDirectory()) : HostIdentity.UNKNOWN;
    }

    Path sharedDirectory() {
        return options.sharedDirectory();
    }

    /** The lower rank's side. */
    Link dial(Generation generation, int rank, int peer, List<Peer> peers, Until end) throws IOException {
        Peer there = peers.get(peer);
        Purpose.Data purpose = new Purpose.Data(
                generation.term(), generation.number(), rank, peer, peers.size(), self, random.nextLong(), 0);
        ControlStream control = new ControlStream(open(there.address(), purpose, end));
        try {
            ControlMessage.Greeting other = greet(control, there.worker(), end);
            for (TransportChoice carrier : carriers(other)) {
                Link link = offer(carrier, control, other, there, purpose, end);
                if (link != null) return link;
            }
            throw new IOException("is reached by none of " + carriers(other));
        } catch (IOException | RuntimeException e) {
            control.close();
            throw e;
        }
    }

    /** The higher rank's side. */
    Link take(Generation generation, int from, int rank, List<Peer> peers, Until end) throws IOException {
        Arrivals.Arrival arrival = arrivals.takeControl(generation, from, rank, peers.size(), end);
        ControlStream control = new ControlStream(arrival.channel());
        try {
            ControlMessage.Greeting other = greet(control, peers.get(from).worker(), end);
            while (true) {
                ControlMessage.Carrier carrier = control.await(ControlMessage.Carrier.class, end);
                Link link = follow(carrier, control, other, arrival.data(), end);
                if (link != null) return link;
            }
        } catch (IOException | RuntimeException e) {
            control.close();
            throw e;
        }
    }

    private ControlMessage.Greeting greet(ControlStream control, WorkerId expected, Until end) throws IOException {
        control.send(new ControlMessage.Greeting(self, host(), options.transport()));
        ControlMessage.Greeting other = control.await(ControlMessage.Greeting.class, end);
        if (!other.worker().equals(expected))
            throw new IOException("is " + other.worker() + " (" + other.worker().incarnation() + "), not " + expected
                    + " (" + expected.incarnation() + ")");
        if (!sameHost(other) && options.transport() == TransportChoice.SHM)
            throw new IOException("is on another host, which net.transport = shm cannot reach");
        return other;
    }

    private boolean sameHost(ControlMessage.Greeting other) {
        long host = host();
        return host != HostIdentity.UNKNOWN && host == other.host();
    }

    /** In the order to try them. */
    private List<TransportChoice> carriers(ControlMessage.Greeting other) {
        if (!sameHost(other)) return List.of(TransportChoice.TCP);
        TransportChoice mine = options.transport();
        TransportChoice theirs = other.choice();
        if (mine == theirs || theirs == TransportChoice.AUTO)
            return mine == TransportChoice.AUTO
                    ? List.of(TransportChoice.SHM, TransportChoice.UNIX, TransportChoice.TCP)
                    : List.of(mine);
        return mine == TransportChoice.AUTO ? List.of(theirs) : List.of(TransportChoice.TCP);
    }

    private @Nullable Link offer(
            TransportChoice carrier,
            ControlStream control,
            ControlMessage.Greeting other,
            Peer there,
            Purpose.Data purpose,
            Until end)
            throws IOException {
        control.send(new ControlMessage.Carrier(carrier, options.tcpStreams()));
        Lane lane = switch (carrier) {
            case SHM -> offerRings(control, end);
            case UNIX -> dialUnix(control, purpose, end);
            default -> new SocketLane(dialAll(there.address(), options.tcpStreams(), purpose, end));
        };
        return lane == null ? null : new Link(other.worker(), other.host(), carrier, control, lane);
    }

    private @Nullable Link follow(
            ControlMessage.Carrier carrier,
            ControlStream control,
            ControlMessage.Greeting other,
            Purpose.Data purpose,
            Until end)
            throws IOException {
        if (carrier.streams() < 1 || carrier.streams() > Purpose.MAX_INDEX)
            throw new IOException("would use " + carrier.streams() + " streams");
        Lane lane = switch (carrier.choice()) {
            case SHM -> takeRings(control, end);
            case UNIX -> takeUnix(control, purpose, end);
            default -> new SocketLane(takeAll(purpose, carrier.streams(), end));
        };
        return lane == null ? null : new Link(other.worker(), other.host(), carrier.choice(), control, lane);
    }

    private @Nullable Lane offerRings(ControlStream control, Until end) throws IOException {
        SharedSegment segment = segment();
        try {
            control.send(new ControlMessage.Place(segment == null ? "" : segment.name()));
            boolean reached = control.await(ControlMessage.Reached.class, end).yes();
            if (segment == null || !reached) {
                if (segment != null) segment.close();
                return null;
            }
            segment.unlink();
            return new RingLane(segment, control, true);
        } catch (IOException e) {
            if (segment != null) segment.close();
            throw e;
        }
    }

    private @Nullable SharedSegment segment() throws IOException {
        try {
            return SharedSegment.create(options.sharedDirectory(), RingLane.segmentBytes());
        } catch (IOException e) {
            if (options.transport() == TransportChoice.SHM) throw e;
            return null;
        }
    }

    private @Nullable Lane takeRings(ControlStream control, Until end) throws IOException {
        String name = control.await(ControlMessage.Place.class, end).name();
        SharedSegment segment = null;
        try {
            if (!name.isEmpty()) segment = SharedSegment.open(options.sharedDirectory(), name, RingLane.segmentBytes());
        } catch (IOException e) {
            // the dialer hears of it and tries the next carrier
        }
        control.send(new ControlMessage.Reached(segment != null));
        return segment == null ? null : new RingLane(segment, control, false);
    }

    private @Nullable Lane dialUnix(ControlStream control, Purpose.Data purpose, Until end) throws IOException {
        String path = control.await(ControlMessage.Place.class, end).name();
        Lane lane = null;
        try {
            if (!path.isEmpty()) lane = new SocketLane(dialAll(UnixDomainSocketAddress.of(path), 1, purpose, end));
        } catch (IOException | IllegalArgumentException e) {
            // the other side hears of it, and the next carrier is tried
        }
        control.send(new ControlMessage.Reached(lane != null));
        return lane;
    }

    private @Nullable Lane takeUnix(ControlStream control, Purpose.Data purpose, Until end) throws IOException {
        try (UnixDoor door = door()) {
            if (door != null) gate.listen(door.server());
            control.send(new ControlMessage.Place(door == null ? "" : door.path()));
            boolean reached = control.await(ControlMessage.Reached.class, end).yes();
            return reached ? new SocketLane(takeAll(purpose, 1, end)) : null;
        }
    }

    private @Nullable UnixDoor door() throws IOException {
        try {
            return UnixDoor.open();
        } catch (IOException e) {
            if (options.transport() == TransportChoice.UNIX) throw e;
            return null;
        }
    }

    private List<SocketChannel> dialAll(SocketAddress address, int count, Purpose.Data control, Until end)
            throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        try {
            for (int index = 1; index <= count; index++) {
                Purpose purpose = new Purpose.Data(
                        control.term(),
                        control.number(),
                        control.from(),
                        control.to(),
                        control.size(),
                        self,
                        control.link(),
                        index);
                channels.add(open(address, purpose, end));
            }
            return channels;
        } catch (IOException e) {
            channels.forEach(Sockets::closeQuietly);
            throw e;
        }
    }

    private List<SocketChannel> takeAll(Purpose.Data control, int count, Until end) throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        try {
            for (int index = 1; index <= count; index++) channels.add(arrivals.takeData(control, index, end));
            return channels;
        } catch (IOException e) {
            channels.forEach(Sockets::closeQuietly);
            throw e;
        }
    }

    private SocketChannel open(SocketAddress address, Purpose purpose, Until end) throws IOException {
        try {
            return dialer.dial(address, purpose, end).channel();
        } catch (RubatoException e) {
            throw new UnreachableException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The peer's address does not lead to it. */
    static final class UnreachableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
