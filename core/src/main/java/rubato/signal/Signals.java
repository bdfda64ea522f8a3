package rubato.signal;

import java.util.List;

/**
 * One window of measurements.
 *
 * @param firstStep first step of the window, {@code lastStep} its last (inclusive)
 * @param samples samples trained in it
 * @param seconds wall time it took
 * @param loss mean training loss per sample over the window, nats
 * @param ranks one entry per rank
 * @param syncNanos what a step costs beyond what the slowest rank does by itself: the collective (mean)
 * @param lastChangeStep step at which the plan last changed (0 = never)
 * @param history outcomes of past changes, oldest first
 */
public record Signals(
        long firstStep,
        long lastStep,
        long samples,
        double seconds,
        double loss,
        NoiseEstimate noise,
        List<RankTimes> ranks,
        double syncNanos,
        Wire wire,
        long lastChangeStep,
        List<Outcome> history) {
    public Signals {
        ranks = List.copyOf(ranks);
        history = List.copyOf(history);
    }

    public double samplesPerSecond() {
        return seconds > 0 ? samples / seconds : 0;
    }
}
