package rubato.net;

import java.net.InetSocketAddress;
import rubato.world.WorkerId;

/** A worker and where it listens for its peers. */
public record Peer(WorkerId worker, InetSocketAddress address) {}
