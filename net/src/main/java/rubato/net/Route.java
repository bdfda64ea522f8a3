package rubato.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * How connections are made: from which address of this machine, and through which SOCKS 5 proxy (RFC 1928, without
 * authentication, IPv4 and IPv6). Peers prove the token to each other through the proxy as they do without one.
 *
 * @param from null: whichever the system picks
 * @param proxy null: straight to the peer
 */
public record Route(@Nullable InetAddress from, @Nullable InetSocketAddress proxy) {
    public static final Route DIRECT = new Route(null, null);

    private static final byte VERSION = 5;
    private static final byte NO_AUTHENTICATION = 0;
    private static final byte CONNECT = 1;
    private static final byte IPV4 = 1;
    private static final byte IPV6 = 4;
    private static final int REPLY_BYTES = 10;

    /**
     * @param host address to connect from, "" for any
     * @param proxy HOST:PORT, "" for none
     */
    public static Route of(String host, String proxy) {
        InetAddress from = host.isEmpty() ? null : Sockets.resolve(host, 0).getAddress();
        if (proxy.isEmpty()) return new Route(from, null);
        HostPort through = HostPort.parse(proxy);
        return new Route(from, Sockets.resolve(through.host(), through.port()));
    }

    /**
     * The address as this machine sees it: a link-local one is meant on the link of the address connected from, whatever its own
     * machine calls that link (RFC 4007, section 6).
     */
    InetSocketAddress scoped(InetSocketAddress target) throws IOException {
        if (!(target.getAddress() instanceof Inet6Address there) || !there.isLinkLocalAddress()) return target;
        if (there.getScopeId() != 0) return target;
        if (!(from instanceof Inet6Address own) || own.getScopeId() == 0)
            throw new IOException("a link-local address needs its interface: [ADDRESS%INTERFACE]:PORT");
        return new InetSocketAddress(
                Inet6Address.getByAddress(null, there.getAddress(), own.getScopeId()), target.getPort());
    }

    /** Straight to peers; where this address of the machine is link-local, from it, so that theirs are taken to be on its link. */
    public static Route on(String host) {
        InetAddress own = Sockets.resolve(host, 0).getAddress();
        return own.isLinkLocalAddress() ? new Route(own, null) : DIRECT;
    }

    /** Waits until a channel can be written or read. */
    interface Wait {
        void until(int operation) throws IOException;
    }

    /** The address to connect from, null for any: a link-local one reaches only its like. */
    @Nullable
    InetAddress source(InetSocketAddress target) {
        boolean confined = from != null && from.isLinkLocalAddress();
        return confined && !first(target).getAddress().isLinkLocalAddress() ? null : from;
    }

    /** Where to connect to in order to reach an address. */
    InetSocketAddress first(InetSocketAddress target) {
        return proxy == null ? target : proxy;
    }

    /** Asks the proxy, if there is one, for a connection to the target. */
    void through(SocketChannel channel, InetSocketAddress target, Wait wait) throws IOException {
        if (proxy == null) return;
        write(channel, ByteBuffer.wrap(new byte[] {VERSION, 1, NO_AUTHENTICATION}), wait);
        ByteBuffer method = read(channel, 2, wait);
        if (method.get() != VERSION || method.get() != NO_AUTHENTICATION)
            throw new IOException("the proxy wants another kind of authentication");
        write(channel, request(target), wait);
        ByteBuffer reply = read(channel, REPLY_BYTES, wait);
        if (reply.get(0) != VERSION || reply.get(1) != 0)
            throw new IOException("the proxy cannot connect: code " + reply.get(1));
        if (reply.get(3) == IPV6) read(channel, 12, wait);
    }

    private static ByteBuffer request(InetSocketAddress target) {
        byte[] address = target.getAddress().getAddress();
        ByteBuffer request = ByteBuffer.allocate(6 + address.length);
        request.put(VERSION).put(CONNECT).put((byte) 0).put(address.length == 4 ? IPV4 : IPV6);
        return request.put(address).putShort((short) target.getPort()).flip();
    }

    private static void write(SocketChannel channel, ByteBuffer bytes, Wait wait) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) wait.until(java.nio.channels.SelectionKey.OP_WRITE);
        }
    }

    private static ByteBuffer read(SocketChannel channel, int count, Wait wait) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            int read = channel.read(bytes);
            if (read < 0) throw new IOException("the proxy hung up");
            if (read == 0) wait.until(java.nio.channels.SelectionKey.OP_READ);
        }
        return bytes.flip();
    }
}
