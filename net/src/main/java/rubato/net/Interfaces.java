package rubato.net;

import java.net.InetAddress;
import java.util.List;

/** The network interfaces of a machine. */
public interface Interfaces {
    /** One that is up. */
    record Interface(String name, List<InetAddress> addresses) {
        public Interface {
            addresses = List.copyOf(addresses);
        }
    }

    List<Interface> up();

    /** The address from which this machine reaches a host, as its routes are now. */
    InetAddress towards(String host);

    static Interfaces ofThisMachine() {
        return new MachineInterfaces();
    }
}
