package rubato.runtime;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import rubato.collective.Collective;
import rubato.collective.CollectiveException;
import rubato.collective.Mesh;
import rubato.net.Peer;
import rubato.protocol.Ending;
import rubato.protocol.ToWorker;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.world.Generation;
import rubato.world.World;

/**
 * Which generation a worker is linked for, which one is wanted, and which are over. Messages are heard on the hub's thread, ahead of the
 * training thread: what ends a generation breaks its collective at once.
 */
final class Generations implements AutoCloseable {
    private static final Duration LINK = Duration.ofSeconds(2);

    private volatile @Nullable Collective collective;
    private volatile Generation current = Generation.NONE;
    /** Collectives of this and earlier generations are broken off. */
    private volatile Generation endedUpTo = Generation.NONE;
    /** The newest generation whose installation was asked for; older ones are not wanted any more. */
    private volatile Generation wanted = Generation.NONE;

    void heard(ToWorker message) {
        Ending.by(message, current).ifPresent(this::end);
        if (message instanceof ToWorker.Install install)
            wanted = install.world().generation();
    }

    /** Another coordinator is there. */
    void takenOver() {
        end(Ending.byTakeover(current));
    }

    void end(Ending ending) {
        if (!isOver(ending.upTo())) endedUpTo = ending.upTo();
        Collective open = collective;
        if (open != null && isOver(current)) open.abort(ending.reason());
    }

    private boolean isOver(Generation generation) {
        return generation.compareTo(endedUpTo) <= 0;
    }

    /** Whether by then another generation is wanted than this. */
    BooleanSupplier notWanting(Generation generation) {
        return () -> !wanted.equals(generation);
    }

    /** Whether by then another generation is wanted than now. */
    BooleanSupplier notWantingAsNow() {
        return notWanting(wanted);
    }

    /** Links up with a generation's members. */
    List<WorkerAction> connect(World world, Mesh mesh, Worker worker) {
        Generation generation = world.generation();
        Collective before = collective;
        if (before != null) before.close();
        List<Peer> peers = world.members().stream()
                .map(member -> new Peer(member.id(), new InetSocketAddress(member.host(), member.port())))
                .toList();
        try {
            Collective linked = mesh.connect(
                    generation.term(), generation.number(), worker.rank(), peers, LINK, () -> isOver(generation));
            collective = linked;
            current = generation;
            if (isOver(generation)) linked.abort("the generation has ended");
            return worker.linked(generation);
        } catch (CollectiveException e) {
            int blamed = isOver(generation) ? -1 : e.peerRank();
            return worker.broken(generation, blamed, String.valueOf(e.getMessage()));
        }
    }

    Collective collective() {
        Collective open = collective;
        if (open == null) throw new IllegalStateException("no generation yet");
        return open;
    }

    @Override
    public void close() {
        Collective open = collective;
        if (open != null) open.close();
    }
}
