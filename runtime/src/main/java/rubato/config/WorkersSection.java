package rubato.config;

import java.util.List;

/**
 * {@code workers}: local worker processes.
 *
 * @param count members of the run
 * @param local how many of them this machine's launcher starts; the rest join by hand
 * @param threads of the transport, per worker
 * @param slowdown artificial: compute time of worker i is stretched by this factor (1 = untouched); empty for none
 */
public record WorkersSection(int count, int local, List<String> jvmArgs, int threads, List<Double> slowdown) {
    public WorkersSection {
        jvmArgs = List.copyOf(jvmArgs);
        slowdown = List.copyOf(slowdown);
    }

    /** The artificial slowdown of a worker, 1 for none. */
    public double slowdownOf(int worker) {
        return worker < slowdown.size() ? slowdown.get(worker) : 1;
    }
}
