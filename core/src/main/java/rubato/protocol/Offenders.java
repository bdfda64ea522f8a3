package rubato.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rubato.world.WorkerId;
import rubato.world.World;

/**
 * Workers whose contributions alone were not finite, again and again: where all others compute numbers, it is the machine that
 * is wrong, not the training.
 */
final class Offenders {
    /** So often within {@link #WINDOW} steps a worker may not offend. */
    static final int TIMES = 3;

    static final int WINDOW = 50;

    private final Map<WorkerId, Deque<Long>> steps = new HashMap<>();

    /** Takes note of a committed step. @return who is to leave */
    Optional<WorkerId> committed(World world, long step, List<Integer> nonFinite) {
        if (nonFinite.size() != 1 || world.size() < 2) return Optional.empty();
        WorkerId id = world.members().get(nonFinite.get(0)).id();
        Deque<Long> offences = steps.computeIfAbsent(id, i -> new ArrayDeque<>());
        offences.addLast(step);
        while (offences.getFirst() <= step - WINDOW) offences.removeFirst();
        if (offences.size() < TIMES) return Optional.empty();
        steps.remove(id);
        return Optional.of(id);
    }
}
