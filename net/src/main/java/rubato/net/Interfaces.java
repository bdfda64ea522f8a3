package rubato.net;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import rubato.error.RubatoException;

/** Which of this machine's addresses its peers are told. */
public final class Interfaces {
    private Interfaces() {}

    /**
     * The address to listen on for peers of a coordinator at {@code host}: a loopback address if that is one, else an address of an
     * allowed interface, first of all that by which the coordinator is reached; never a loopback address instead.
     *
     * @param names interfaces allowed, each {@code eth0}, or {@code !docker0} for one that is not; none: all
     */
    public static InetAddress towards(String host, List<String> names) {
        InetAddress coordinator = address(host);
        if (coordinator.isLoopbackAddress()) return coordinator;
        List<NetworkInterface> all = all();
        names.forEach(name -> requireKnown(name, all));
        List<NetworkInterface> allowed =
                all.stream().filter(each -> allows(names, each.getName())).toList();
        InetAddress route = route(coordinator);
        List<InetAddress> candidates = new ArrayList<>();
        for (NetworkInterface each : allowed)
            for (InetAddress address : Collections.list(each.getInetAddresses())) {
                if (address.equals(route)) return address;
                if (!address.isLoopbackAddress() && address.getClass() == coordinator.getClass())
                    candidates.add(address);
            }
        if (!candidates.isEmpty() && !names.isEmpty()) return candidates.get(0);
        throw RubatoException.failed("no interface of " + (names.isEmpty() ? "this machine" : names)
                        + " leads to the coordinator at " + host)
                .remedy("net.interfaces may name any of " + names(all));
    }

    static boolean allows(List<String> names, String name) {
        if (names.contains("!" + name)) return false;
        return names.contains(name) || names.stream().allMatch(each -> each.startsWith("!"));
    }

    private static void requireKnown(String name, List<NetworkInterface> all) {
        String plain = name.startsWith("!") ? name.substring(1) : name;
        if (name.startsWith("!") || names(all).contains(plain)) return;
        throw RubatoException.usage("net.interfaces: this machine has no interface '" + plain + "' that is up")
                .remedy("there are " + names(all));
    }

    private static List<String> names(List<NetworkInterface> all) {
        return all.stream().map(NetworkInterface::getName).toList();
    }

    private static List<NetworkInterface> all() {
        try {
            List<NetworkInterface> up = new ArrayList<>();
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces()))
                if (each.isUp()) up.add(each);
            return up;
        } catch (SocketException e) {
            throw RubatoException.failed("cannot list this machine's network interfaces: " + e.getMessage(), e);
        }
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw RubatoException.failed("host " + host + " is unknown", e)
                    .remedy("check its spelling, or use its address");
        }
    }

    /** The own address by which another is reached; nothing is sent. */
    private static InetAddress route(InetAddress to) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(to, 9));
            return socket.getLocalAddress();
        } catch (IOException e) {
            throw RubatoException.failed("there is no route to " + to.getHostAddress() + ": " + e.getMessage(), e);
        }
    }
}
