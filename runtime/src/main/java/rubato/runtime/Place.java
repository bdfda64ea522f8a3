package rubato.runtime;

import java.net.InetAddress;
import java.util.List;
import rubato.config.NetSection;
import rubato.config.RunConfig;
import rubato.net.Exposure;
import rubato.net.HostPort;
import rubato.net.InterfaceChoice;
import rubato.net.Interfaces;
import rubato.net.Route;

/**
 * The address of this machine where a worker listens for its peers and that it tells them.
 *
 * @param exposure what protects connections there
 * @param route by which it reaches them
 */
record Place(String host, Exposure exposure, Route route) {
    private static final String LOOPBACK = "127.0.0.1";

    /**
     * Of a worker: the address it was told, else that of the interface that its own or the run's list chooses, else the one from
     * which the coordinator is reached. Behind a proxy nobody is reached from elsewhere.
     */
    static Place ofWorker(WorkerTerms terms, Endpoint coordinator, NetSection net, Interfaces machine) {
        boolean open = net.insecure() && coordinator.exposure().tls() == null;
        Exposure exposure = open ? Exposure.INSECURE : coordinator.exposure();
        if (!terms.host().isEmpty()) return new Place(terms.host(), exposure, terms.route());
        if (terms.route().proxy() != null) return new Place(LOOPBACK, exposure, terms.route());
        List<String> list = terms.interfaces().isEmpty() ? net.interfaces() : terms.interfaces();
        InetAddress address = list.isEmpty()
                ? machine.towards(coordinator.host())
                : InterfaceChoice.of(list).among(machine);
        String host = address.getHostAddress();
        return new Place(host, exposure, Route.on(host));
    }

    /** Where a coordinator that listens on every address of this machine is to be looked for. */
    static String ofCoordinator(RunConfig config, Interfaces machine) {
        String host = config.coordinator().host();
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        if (!everywhere || config.net().interfaces().isEmpty()) return host;
        InetAddress chosen = InterfaceChoice.of(config.net().interfaces()).among(machine);
        return HostPort.announced(chosen.getHostAddress());
    }

    /** Refuses a list that chooses nothing on this machine, before anything is started on it. */
    static void check(RunConfig config, Interfaces machine) {
        boolean used = config.workers().local() > 0 && config.workers().hosts().isEmpty();
        List<String> list = config.net().interfaces();
        if (used && !list.isEmpty()) InterfaceChoice.of(list).among(machine);
    }
}
