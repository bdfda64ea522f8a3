package rubato.runtime;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import rubato.checkpoint.Checkpoint;
import rubato.checkpoint.CheckpointStore;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.FileLedger;
import rubato.ledger.Ledger;
import rubato.ledger.Positioned;
import rubato.plan.Plan;
import rubato.random.Mix64;
import rubato.step.Cursor;
import rubato.step.StateName;
import rubato.world.Generation;

/** Where a run starts: at the beginning, or at the newest good checkpoint of an earlier try. */
record Start(
        Ledger ledger,
        long term,
        StateName state,
        Cursor cursor,
        Plan plan,
        String checkpoint,
        long samples,
        List<Entry.Checkpoint> checkpoints,
        List<String> warnings) {

    static Start fresh(RunDirectory directory, RunConfig config, Split data, String software) {
        directory.prepare(config.render());
        FileLedger ledger = FileLedger.create(
                directory.ledger(),
                new RealDisk(),
                directory.path().getFileName().toString());
        Entry begin = new Entry.Begin(
                directory.path().getFileName().toString(),
                Setup.rhythm(config, data).data(),
                data.fingerprint(),
                digest(config),
                software);
        ledger.append(List.of(begin, new Entry.Term(1)), () -> {});
        StateName initial = new StateName(0, Generation.NONE, 0, 0);
        return new Start(ledger, 1, initial, Cursor.START, Setup.plan(config), "", 0, List.of(), List.of());
    }

    /** Goes on from the newest good checkpoint; committed steps after it are rolled back, and the ledger says so. */
    static Start resumed(RunDirectory directory, RunConfig config, Split data) {
        FileLedger.Resumed resumed = FileLedger.resume(directory.ledger(), new RealDisk());
        List<Entry> history =
                resumed.image().entries().stream().map(Positioned::entry).toList();
        List<String> warnings = new ArrayList<>(resumed.warnings());
        requireSameData(history, config, data);
        CheckpointStore store = new CheckpointStore(directory.checkpoints(), new RealDisk());
        Optional<CheckpointStore.Found> found = store.newestGood(Past.checkpoints(history));
        found.ifPresent(good -> warnings.addAll(good.warnings()));
        store.removeUnregistered(Past.checkpoints(history));
        long term = Past.term(history) + 1;
        long committed = Past.committed(history);
        long from = found.map(good -> good.checkpoint().name().step()).orElse(0L);
        long lineage = Past.lineage(history);
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry.Term(term));
        if (committed > from) {
            lineage++;
            warnings.add("steps " + (from + 1) + ".." + committed
                    + " came after the newest checkpoint and are trained again");
            entries.add(new Entry.Rollback(lineage, from, "no checkpoint after step " + from));
        }
        resumed.ledger().append(entries, () -> {});
        Plan configured = Setup.plan(config);
        if (found.isEmpty()) {
            Plan plan = configured.succeeding(Past.newestPlan(history).orElse(configured), 1);
            StateName initial = new StateName(lineage, Generation.NONE, 0, 0);
            return new Start(resumed.ledger(), term, initial, Cursor.START, plan, "", 0, List.of(), warnings);
        }
        Checkpoint checkpoint = found.get().checkpoint();
        Replica.Scalars scalars =
                Replica.decode(checkpoint, found.get().registered().directory());
        StateName name = checkpoint.name();
        Plan plan = scalars.plan()
                .withStop(configured.stop())
                .succeeding(Past.newestPlan(history).orElse(scalars.plan()), from + 1);
        return new Start(
                resumed.ledger(),
                term,
                new StateName(lineage, name.generation(), name.step(), name.hash()),
                scalars.cursor(),
                plan,
                found.get().registered().directory(),
                scalars.samples(),
                Past.checkpoints(history),
                warnings);
    }

    private static void requireSameData(List<Entry> history, RunConfig config, Split data) {
        if (!(history.get(0) instanceof Entry.Begin begin))
            throw RubatoException.failed("the ledger does not start with a beginning");
        if (!begin.dataFingerprint().equals(data.fingerprint())) {
            throw RubatoException.failed("the data changed since the run began: fingerprint " + data.fingerprint()
                    + ", was " + begin.dataFingerprint());
        }
        if (!begin.data().equals(Setup.rhythm(config, data).data())) {
            throw RubatoException.usage(
                    "seed, shuffling and the last batch cannot change when a run is resumed: " + begin.data());
        }
    }

    private static String digest(RunConfig config) {
        long digest = 0;
        for (var key : config.fingerprint().entrySet()) {
            digest = Mix64.mix(digest, key.getKey().hashCode());
            digest = Mix64.mix(digest, key.getValue().hashCode());
        }
        return HexFormat.of().toHexDigits(digest);
    }
}
