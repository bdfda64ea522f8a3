package rubato.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import rubato.error.RubatoException;

/** As the operating system tells them. */
final class MachineInterfaces implements Interfaces {
    /** Any: connecting a datagram socket looks up the route and sends nothing. */
    private static final int PORT = 9;

    @Override
    public List<Interface> up() {
        try {
            List<Interface> all = new ArrayList<>();
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (each.isUp()) all.add(new Interface(each.getName(), addresses(each)));
            }
            return all;
        } catch (SocketException e) {
            throw RubatoException.failed("cannot list network interfaces: " + Sockets.reason(e), e);
        }
    }

    private static List<InetAddress> addresses(NetworkInterface of) {
        return Collections.list(of.getInetAddresses()).stream()
                .map(MachineInterfaces::plain)
                .toList();
    }

    /** Java names the interface with every IPv6 address; only link-local ones need it. */
    private static InetAddress plain(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLinkLocalAddress()) return address;
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + address.getAddress().length + " bytes", e);
        }
    }

    @Override
    public InetAddress towards(String host) {
        InetSocketAddress target = Sockets.resolve(host, PORT);
        boolean six = target.getAddress() instanceof Inet6Address;
        try (DatagramChannel probe =
                DatagramChannel.open(six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET)) {
            probe.connect(target);
            if (probe.getLocalAddress() instanceof InetSocketAddress local) return plain(local.getAddress());
            throw new IOException("no address");
        } catch (IOException e) {
            throw RubatoException.failed("this machine has no route to " + host + ": " + Sockets.reason(e), e);
        }
    }
}
