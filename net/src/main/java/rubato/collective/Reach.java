package rubato.collective;

import java.net.InetAddress;
import java.util.List;
import rubato.net.Exposure;
import rubato.net.InterfaceChoice;
import rubato.net.Interfaces;
import rubato.net.LinkOptions;

/**
 * Where a rank listens for the others, and what protects and carries its links. Beyond loopback it listens only if connections are
 * secured, or are said to be allowed without.
 *
 * @param host an address of this machine; "" for the one by which rank 0 is reached
 * @param links within a host shared memory, Unix-domain sockets or TCP; between hosts always TCP
 */
public record Reach(String host, Exposure exposure, LinkOptions links) {
    /** This machine only. */
    public static final Reach LOOPBACK = new Reach("127.0.0.1", Exposure.LOOPBACK, LinkOptions.DEFAULT);

    /** Other machines too, over the interface by which rank 0 is reached. */
    public static Reach beyond(Exposure exposure) {
        return new Reach("", exposure, LinkOptions.DEFAULT);
    }

    /** Over the interface that these names, networks and exclusions choose. */
    public Reach over(List<String> interfaces) {
        InetAddress chosen = InterfaceChoice.of(interfaces).among(Interfaces.ofThisMachine());
        return new Reach(chosen.getHostAddress(), exposure, links);
    }

    public Reach with(LinkOptions other) {
        return new Reach(host, exposure, other);
    }
}
