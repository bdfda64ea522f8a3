package rubato.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** A machine with the interfaces it is given. */
final class Machine implements Interfaces {
    private final List<Interface> all = new ArrayList<>();

    /** @param addresses literals; a number after a % is the scope */
    Machine with(String name, String... addresses) {
        List<InetAddress> parsed = new ArrayList<>();
        for (String address : addresses) parsed.add(address(address));
        all.add(new Interface(name, parsed));
        return this;
    }

    static InetAddress address(String literal) {
        int scope = literal.indexOf('%');
        try {
            InetAddress address = InetAddress.getByName(scope < 0 ? literal : literal.substring(0, scope));
            if (scope < 0) return address;
            return Inet6Address.getByAddress(
                    null, address.getAddress(), Integer.parseInt(literal.substring(scope + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    @Override
    public List<Interface> up() {
        return all;
    }

    @Override
    public InetAddress towards(String host) {
        throw new UnsupportedOperationException("no routes");
    }
}
