package rubato.config;

import java.util.Set;

/** Which keys may differ between the machines of one run. */
final class Fingerprint {
    private static final Set<String> LOCAL = Set.of(
            "run.name",
            "run.dir",
            "data.train-images",
            "data.train-labels",
            "data.test-images",
            "data.test-labels",
            "data.train",
            "data.test",
            "workers.jvm-args",
            "workers.count",
            "workers.local",
            "workers.min",
            "workers.max",
            "workers.standby",
            "workers.respawn",
            "workers.hosts",
            "workers.wait-seconds",
            "workers.threads",
            "workers.slowdown",
            "checkpoint.keep",
            "checkpoint.keep-for",
            "net.interfaces",
            "net.transport",
            "net.shm-directory",
            "net.tcp-streams",
            "coordinator.host",
            "coordinator.port",
            "coordinators.count",
            "coordinators.embedded",
            "coordinators.wait-seconds");

    private Fingerprint() {}

    static boolean isLocal(String key) {
        return LOCAL.contains(key);
    }
}
