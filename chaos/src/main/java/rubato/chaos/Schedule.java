package rubato.chaos;

import java.util.List;
import rubato.random.SplitMix;

/**
 * Which fault comes next and how long after the last one; the same seed gives the same sequence.
 *
 * @param kinds those to choose from, by weight
 * @param leastMillis, mostMillis pause after the run has gone on from the last fault
 */
record Schedule(List<FaultKind> kinds, long leastMillis, long mostMillis) {
    Schedule {
        if (kinds.isEmpty()) throw new IllegalArgumentException("kinds must not be empty");
        if (leastMillis < 0 || leastMillis > mostMillis)
            throw new IllegalArgumentException("leastMillis must be 0.." + mostMillis + ", was " + leastMillis);
        kinds = List.copyOf(kinds);
    }

    FaultKind next(SplitMix random) {
        double total = kinds.stream().mapToDouble(kind -> kind.weight).sum();
        double at = random.nextDouble() * total;
        for (FaultKind kind : kinds) {
            at -= kind.weight;
            if (at < 0) return kind;
        }
        return kinds.get(kinds.size() - 1);
    }

    long pauseMillis(SplitMix random) {
        return leastMillis + (long) (random.nextDouble() * (mostMillis - leastMillis));
    }
}
