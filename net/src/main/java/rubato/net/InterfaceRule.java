package rubato.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Which addresses of a machine are meant: those of an interface, or those of a network. */
sealed interface InterfaceRule {
    boolean matches(String name, InetAddress address);

    /** @return empty if the text is neither the name of an interface nor a network */
    static Optional<InterfaceRule> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!Net.isNumeric(address)) return Named.parse(text);
        return Net.parse(address, slash < 0 ? "" : text.substring(slash + 1));
    }

    /** An interface by its name; an asterisk at the end stands for anything. */
    record Named(String name) implements InterfaceRule {
        static Optional<InterfaceRule> parse(String text) {
            return text.matches("[A-Za-z0-9_.:@-]+\\*?|\\*") ? Optional.of(new Named(text)) : Optional.empty();
        }

        @Override
        public boolean matches(String other, InetAddress address) {
            if (!name.endsWith("*")) return other.equals(name);
            return other.startsWith(name.substring(0, name.length() - 1));
        }
    }

    /** A network in CIDR notation (RFC 4632, RFC 4291), or one address. */
    record Net(InetAddress base, int bits) implements InterfaceRule {
        static boolean isNumeric(String text) {
            return text.matches("[0-9]+(\\.[0-9]+){3}") || text.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
        }

        static Optional<InterfaceRule> parse(String address, String prefix) {
            try {
                InetAddress base = InetAddress.getByName(address);
                int all = 8 * base.getAddress().length;
                if (prefix.isEmpty()) return Optional.of(new Net(base, all));
                if (!prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > all) return Optional.empty();
                return Optional.of(new Net(base, Integer.parseInt(prefix)));
            } catch (UnknownHostException e) {
                return Optional.empty();
            }
        }

        @Override
        public boolean matches(String name, InetAddress address) {
            byte[] network = base.getAddress();
            byte[] other = address.getAddress();
            if (network.length != other.length) return false;
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if (((network[bit / 8] ^ other[bit / 8]) & mask) != 0) return false;
            }
            return true;
        }
    }
}
