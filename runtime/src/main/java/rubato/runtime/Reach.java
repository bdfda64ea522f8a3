package rubato.runtime;

import java.util.List;
import rubato.net.Exposure;
import rubato.net.Interfaces;

/**
 * From where a worker lets itself be reached.
 *
 * @param insecure also from other machines, although nothing is encrypted
 * @param interfaces those allowed, as {@code net.interfaces}
 */
public record Reach(boolean insecure, List<String> interfaces) {
    /** This machine only. */
    public static final Reach LOCAL = new Reach(false, List.of());

    Exposure exposure() {
        return insecure ? Exposure.INSECURE : Exposure.LOOPBACK;
    }

    /** The address peers are told, given the coordinator's. */
    String host(Endpoint coordinator) {
        return Interfaces.towards(coordinator.host(), interfaces).getHostAddress();
    }

    /** As arguments of {@code rubato worker}. */
    List<String> arguments() {
        if (!insecure) return List.of();
        return interfaces.isEmpty()
                ? List.of("--insecure")
                : List.of("--insecure", "--interfaces", String.join(",", interfaces));
    }
}
