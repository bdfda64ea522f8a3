package rubato.signal;

import java.util.List;
import rubato.plan.Topology;

/**
 * What a window showed of the way of the gradients.
 *
 * @param gradientBytes what a step sums, as float32
 * @param readyNanos from the first part of a gradient that is final until all of it is, mean per step, at the rank where that is least
 * @param costs of messages, newest measurements weighed most; empty before the first
 */
public record Wire(Topology topology, long gradientBytes, double readyNanos, List<LinkCosts> costs) {
    public Wire {
        costs = List.copyOf(costs);
    }
}
