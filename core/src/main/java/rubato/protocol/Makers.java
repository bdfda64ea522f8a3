package rubato.protocol;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import rubato.world.World;

/**
 * Who makes a state by its recipe. One member of each host, and the others take it over from them: on a host with few processors the
 * same steps made by all members take as many times as long. Where the recorded steps were compressed every member makes them, because
 * that is how it comes to what it had kept back itself; so does everybody where there are no steps, only a checkpoint to read.
 */
final class Makers {
    private Makers() {}

    /**
     * @param storers ranks that can read checkpoints: if there are any, nobody else is asked
     * @return ranks, ascending
     */
    static List<Integer> of(World world, Recipe recipe, List<Integer> storers) {
        List<Integer> everyone = IntStream.range(0, world.size()).boxed().toList();
        if (recipe.steps().isEmpty()
                || recipe.steps().stream().anyMatch(redo -> redo.plan().isCompressed())) return everyone;
        List<Integer> hosts = world.topology().hostOfRank();
        Map<Integer, Integer> makers = new TreeMap<>();
        for (int rank : storers.isEmpty() ? everyone : storers) makers.putIfAbsent(hosts.get(rank), rank);
        return makers.values().stream().sorted().toList();
    }
}
