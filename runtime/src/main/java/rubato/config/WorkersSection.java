package rubato.config;

import java.util.List;

/**
 * {@code workers}: the processes that train.
 *
 * @param count how many the run wants
 * @param local how many of them this machine's launcher starts; the rest join by hand
 * @param min fewest that train; with fewer the run pauses
 * @param max most that train; more wait as standbys
 * @param standby started besides, to take the place of one that is lost
 * @param respawn whether the launcher replaces local workers that died
 * @param hosts addresses of this machine that local workers listen on and connect from, taken in turn; empty: as {@code net.interfaces} says
 * @param waitSeconds longest pause for want of workers
 * @param threads of the transport, per worker
 * @param slowdown artificial: compute time of worker i is stretched by this factor (1 = untouched); empty for none
 */
public record WorkersSection(
        int count,
        int local,
        int min,
        int max,
        int standby,
        boolean respawn,
        List<String> hosts,
        double waitSeconds,
        List<String> jvmArgs,
        int threads,
        List<Double> slowdown) {
    public WorkersSection {
        hosts = List.copyOf(hosts);
        jvmArgs = List.copyOf(jvmArgs);
        slowdown = List.copyOf(slowdown);
    }

    /** The artificial slowdown of a worker, 1 for none. */
    public double slowdownOf(int worker) {
        return worker < slowdown.size() ? slowdown.get(worker) : 1;
    }
}
