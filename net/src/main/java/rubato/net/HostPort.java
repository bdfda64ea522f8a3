package rubato.net;

import java.net.InetSocketAddress;
import rubato.error.RubatoException;

/** An address as it is read and shown: {@code HOST:PORT}, {@code [IPV6]:PORT}, a link-local one with its scope as in {@code [fe80::1%eth0]:7000}. */
public record HostPort(String host, int port) {
    private static final int HIGHEST = 65_535;

    /** @throws RubatoException where the text is none, a port out of range, or an IPv6 address without brackets */
    public static HostPort parse(String text) {
        boolean bracketed = text.startsWith("[");
        int colon = bracketed ? text.indexOf("]:") + 1 : text.lastIndexOf(':');
        if (colon <= 0) throw neither(text);
        String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
        if (host.isBlank() || host.indexOf('[') >= 0 || host.indexOf(']') >= 0) throw neither(text);
        if (!bracketed && host.indexOf(':') >= 0)
            throw RubatoException.usage("'" + text + "' may be one address or an address and a port")
                    .remedy("put an IPv6 address in brackets: [" + host + "]:" + text.substring(colon + 1));
        String port = text.substring(colon + 1);
        if (!port.matches("[0-9]{1,9}")) throw neither(text);
        int number = Integer.parseInt(port);
        if (number < 1 || number > HIGHEST) throw RubatoException.usage("port must be 1.." + HIGHEST + ", was " + port);
        return new HostPort(host, number);
    }

    static HostPort of(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return new HostPort(host, address.getPort());
    }

    /** As a peer is told of it: without the scope, which every machine names for itself. */
    public static String announced(InetSocketAddress address) {
        HostPort own = of(address);
        return new HostPort(announced(own.host), own.port).toString();
    }

    /** The same of a host alone. */
    public static String announced(String host) {
        return host.indexOf(':') >= 0 ? host.replaceAll("%.*", "") : host;
    }

    /** @throws RubatoException if the host is unknown */
    public InetSocketAddress resolved() {
        return Sockets.resolve(host, port);
    }

    private static RubatoException neither(String text) {
        return RubatoException.usage("'" + text + "' is not HOST:PORT, nor [IPV6]:PORT");
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
