package rubato.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rubato.checkpoint.CheckpointStore;
import rubato.checkpoint.Manifest;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.error.RubatoException;
import rubato.step.StateName;
import rubato.verify.Verifier.Registered;

/**
 * Holds the checkpoints on disk against their entries in the ledger. Older ones may have been removed, oldest first; the
 * newest must be there. A finished run has nothing else beside them but what workers left unfinished when they died.
 */
final class CheckpointAudit {
    private final Path directory;
    private final Disk disk;
    private final CheckpointStore store;
    private final Violations violations;

    CheckpointAudit(Path directory, Disk disk, Violations violations) {
        this.directory = directory;
        this.disk = disk;
        this.store = new CheckpointStore(directory, disk);
        this.violations = violations;
    }

    void check(List<Registered> registered, boolean finished) {
        Map<String, Registered> byName = new LinkedHashMap<>();
        for (Registered point : registered) byName.put(name(point), point);
        byName.values().forEach(this::checkOne);
        checkMissing(registered);
        if (finished) checkUnregistered(byName);
    }

    private String name(Registered point) {
        return store.place(point.entry()).getFileName().toString();
    }

    private void checkOne(Registered point) {
        Path place = store.place(point.entry());
        if (!name(point).equals(CheckpointStore.directoryName(point.entry().step())))
            violations.add(
                    point.at(),
                    "registers step " + point.entry().step() + " as "
                            + point.entry().directory());
        if (!disk.isDirectory(place)) return;
        List<String> problems = store.problems(place);
        violations.addAll(problems);
        if (!store.manifestSha256(place).equals(point.entry().manifestSha256()))
            violations.add(place.resolve(Manifest.FILE) + ": SHA-256 is not what entry "
                    + point.at().index() + " of the ledger registered");
        else checkName(point, place);
    }

    private void checkName(Registered point, Path place) {
        try {
            StateName name = store.manifest(place).name();
            if (name.step() != point.entry().step()
                    || name.hash() != point.entry().hash())
                violations.add(place.resolve(Manifest.FILE) + ": holds " + name + ", entry "
                        + point.at().index() + " of the ledger registered step "
                        + point.entry().step() + " ("
                        + Long.toHexString(point.entry().hash()) + ")");
        } catch (RubatoException e) {
            violations.add(String.valueOf(e.getMessage()));
        }
    }

    /** Retention removes the oldest first, so none may be missing after one that is there, and never the newest. */
    private void checkMissing(List<Registered> registered) {
        List<Registered> surviving =
                registered.stream().filter(Registered::survives).toList();
        boolean olderIsThere = false;
        for (int i = 0; i < surviving.size(); i++) {
            Registered point = surviving.get(i);
            boolean there = disk.isDirectory(store.place(point.entry()));
            if (!there && (olderIsThere || i == surviving.size() - 1))
                violations.add(point.at(), "checkpoint " + point.entry().directory() + " is missing");
            olderIsThere |= there;
        }
    }

    private void checkUnregistered(Map<String, Registered> byName) {
        try {
            for (Path path : disk.list(directory)) {
                String name = path.getFileName().toString();
                if (!byName.containsKey(name) && !CheckpointStore.isUnfinished(name))
                    violations.add(path + ": is registered by no entry of the ledger");
            }
        } catch (IOException e) {
            violations.add(directory + ": " + DiskErrors.reason(e));
        }
    }
}
