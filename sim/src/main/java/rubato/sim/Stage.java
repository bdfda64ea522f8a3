package rubato.sim;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.checkpoint.CheckpointStore;
import rubato.random.Permutation;
import rubato.random.SplitMix;
import rubato.testkit.EventQueue;
import rubato.testkit.FaultyDisk;
import rubato.testkit.LinkFaults;
import rubato.testkit.SimulatedNetwork;

/** What all simulated processes of one schedule share: time, network, disk, chance, and what is known to be fact. */
final class Stage {
    static final int COORDINATOR = 1;
    static final Path LEDGER = Path.of("/run/ledger");
    static final Path CHECKPOINTS = Path.of("/run/checkpoints");
    static final LinkFaults SOUND = LinkFaults.none(3 * Scenario.MS);

    final Scenario scenario;
    final EventQueue queue = new EventQueue();
    final SplitMix chance;
    final SimulatedNetwork<Packet> network;
    final FaultyDisk disk;
    final CheckpointStore store;
    final Facts facts = new Facts();
    private final Map<Long, Permutation> permutations = new HashMap<>();

    private final @Nullable Consumer<String> trace;

    Stage(Scenario scenario, @Nullable Consumer<String> trace) {
        this.trace = trace;
        this.scenario = scenario;
        this.chance = SplitMix.forPurpose(scenario.seed(), 2);
        this.network = new SimulatedNetwork<>(queue, SplitMix.forPurpose(scenario.seed(), 3), SOUND);
        this.disk = new FaultyDisk(scenario.seed());
        this.store = new CheckpointStore(CHECKPOINTS, disk);
    }

    boolean isTraced() {
        return trace != null;
    }

    /** Writes down what happens, at which virtual time. */
    void trace(String who, Object what) {
        if (trace == null) return;
        trace.accept(String.format(Locale.ROOT, "%10.3f ms  %-12s %s", queue.nanos() * 1e-6, who, what));
    }

    Permutation permutation(long epoch) {
        return permutations.computeIfAbsent(epoch, e -> scenario.rhythm().data().permutation(e));
    }

    /** A duration between half and one and a half of the given one. */
    long about(long nanos) {
        return nanos / 2 + (long) (chance.nextDouble() * nanos);
    }

    boolean by(int oneIn) {
        return oneIn > 0 && chance.nextInt(oneIn) == 0;
    }
}
