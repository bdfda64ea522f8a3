package rubato.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** Checkpoints of which some parts are whole. Whoever wrote part 0 completes one once all are; a lost part means none is made. */
final class Parts {
    private record Key(Generation by, long step) {}

    private static final class Open {
        final @Nullable WorkerId[] writers;
        final ToCoordinator.@Nullable StoredPart[] parts;

        Open(int parts) {
            this.writers = new WorkerId[parts];
            this.parts = new ToCoordinator.StoredPart[parts];
        }

        boolean isWhole() {
            for (ToCoordinator.StoredPart part : parts) if (part == null) return false;
            return Stream.of(parts)
                            .map(part -> part == null ? 0L : part.hash())
                            .distinct()
                            .count()
                    == 1;
        }

        List<String> digests() {
            List<String> digests = new ArrayList<>();
            for (ToCoordinator.StoredPart part : parts) if (part != null) digests.addAll(part.digests());
            return digests;
        }
    }

    private final TreeMap<Long, Map<Key, Open>> open = new TreeMap<>();
    private final Set<Key> failed = new HashSet<>();

    /** A part is whole. */
    List<CoordinatorAction> add(WorkerId from, ToCoordinator.StoredPart part) {
        Key key = new Key(part.generation(), part.step());
        if (failed.contains(key)) return abandon(from, key);
        Open all = open.computeIfAbsent(part.step(), s -> new java.util.HashMap<>())
                .computeIfAbsent(key, k -> new Open(part.parts()));
        if (part.part() >= all.parts.length) return List.of();
        all.writers[part.part()] = from;
        all.parts[part.part()] = part;
        WorkerId first = all.writers[0];
        if (!all.isWhole() || first == null) return List.of();
        return List.of(new CoordinatorAction.Send(
                first, new ToWorker.Complete(part.generation(), part.step(), all.digests())));
    }

    /** A part cannot be written. @return what those do who wrote the others; null if that is known already */
    @Nullable
    List<CoordinatorAction> fail(WorkerId from, ToCoordinator.NotStored part) {
        Key key = new Key(part.generation(), part.step());
        if (!failed.add(key)) return null;
        List<CoordinatorAction> actions = new ArrayList<>(abandon(from, key));
        Map<Key, Open> ofStep = open.get(part.step());
        Open all = ofStep == null ? null : ofStep.remove(key);
        if (all == null) return actions;
        for (WorkerId writer :
                new HashSet<>(Stream.of(all.writers).filter(Objects::nonNull).toList()))
            if (!writer.equals(from)) actions.addAll(abandon(writer, key));
        return actions;
    }

    private static List<CoordinatorAction> abandon(WorkerId writer, Key key) {
        return List.of(new CoordinatorAction.Send(writer, new ToWorker.Abandon(key.by(), key.step())));
    }

    /** Parts of this checkpoint are written anew. */
    void again(Generation by, long step) {
        failed.remove(new Key(by, step));
    }

    /** A checkpoint is registered: what is older is of no use. */
    void forget(long upTo) {
        open.headMap(upTo, true).clear();
        failed.removeIf(key -> key.step() <= upTo);
    }
}
