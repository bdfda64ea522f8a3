package rubato.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import rubato.checkpoint.Checkpoint;
import rubato.checkpoint.CheckpointStore;
import rubato.disk.RealDisk;
import rubato.history.Entry;
import rubato.ledger.FileLedger;
import rubato.ledger.Positioned;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.random.Mix64;
import rubato.random.Permutation;
import rubato.step.Cursor;
import rubato.step.DataShape;
import rubato.step.Range;
import rubato.step.SampleDigest;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** Writes down what a correct run would: entries made with the trainer's own cursor and shares, checkpoints beside them. */
final class RecordedRun {
    final List<Entry> entries = new ArrayList<>();
    final Path directory;
    private final DataShape data;
    private Generation generation = Generation.NONE;
    private Cursor cursor = Cursor.START;
    private Plan plan = Plan.initial(4, Shares.equal(2), Stop.NEVER);
    private Plan pending = plan;
    private Permutation permutation;
    private long permutationEpoch;
    private long term;
    private long step;
    private long lineage;

    RecordedRun(Path directory, DataShape data) {
        this.directory = directory;
        this.data = data;
        this.permutation = data.permutation(0);
        entries.add(new Entry.Begin("run", data, "data", "config", "test"));
    }

    static RecordedRun begun(Path directory, boolean keepLast) {
        RecordedRun run = new RecordedRun(directory, new DataShape(23, true, 7, keepLast));
        run.start();
        return run;
    }

    /** A small run over two epochs and a bit, with a new plan and two checkpoints. */
    static RecordedRun small(Path directory) {
        RecordedRun run = begun(directory, true);
        run.steps(3);
        run.plan(6, Shares.of(0.7, 0.3), 2);
        run.steps(4);
        run.checkpoint();
        run.steps(5);
        run.checkpoint();
        run.finish();
        return run;
    }

    long hash(long of) {
        return Mix64.mix(of, 0);
    }

    RecordedRun start() {
        term++;
        entries.add(new Entry.Term(term));
        StateName base = new StateName(lineage, generation, step, hash(step));
        generation = new Generation(term, 1);
        List<Member> members = List.of(
                new Member(new WorkerId("w0", 1), "127.0.0.1", 1, 1),
                new Member(new WorkerId("w1", 1), "127.0.0.1", 2, 2));
        entries.add(new Entry.Activate(new World(generation, members), base, plan, List.of()));
        return this;
    }

    void plan(int batch, Shares shares, int ahead) {
        pending = pending.withGlobalBatch(batch).withShares(shares).succeeding(pending, step + ahead);
        entries.add(new Entry.Planned(pending, "test"));
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) step();
    }

    private void step() {
        entries.add(commit());
    }

    private Entry.Commit commit() {
        step++;
        if (pending.fromStep() <= step) plan = pending;
        Cursor.Taken taken = cursor.take(data, plan.globalBatch());
        List<List<Range>> ranges = Cursor.split(taken.ranges(), plan.shares().counts(taken.count()));
        long digest = SampleDigest.of(taken.ranges(), permutation(taken.epoch()));
        cursor = taken.after();
        return new Entry.Commit(
                generation, step, hash(step), plan.version(), ranges, taken.dropped(), digest, false, 1);
    }

    Generation generation() {
        return generation;
    }

    /** A change of membership within the term; the next generation completes so many steps of the one before. */
    void change(int completed, int ranks) {
        entries.add(new Entry.Seal(generation, "test"));
        List<Entry.Commit> facts = new ArrayList<>();
        for (int i = 0; i < completed; i++) facts.add(commit());
        StateName base = new StateName(lineage, generation, step, hash(step));
        generation = generation.next();
        plan = plan.withShares(Shares.equal(ranks)).succeeding(pending, step + 1);
        pending = plan;
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < ranks; i++) members.add(new Member(new WorkerId("w" + i, 1), "127.0.0.1", 1, 1));
        entries.add(new Entry.Activate(new World(generation, members), base, plan, facts));
    }

    private Permutation permutation(long epoch) {
        if (epoch != permutationEpoch) permutation = data.permutation(epoch);
        permutationEpoch = epoch;
        return permutation;
    }

    void checkpoint() {
        float[] values = {step, 1, 2, 3};
        Checkpoint checkpoint = new Checkpoint(
                new StateName(0, generation, step, hash(step)),
                List.of(new Checkpoint.Tensor("w", List.of(4), values, 0)),
                new byte[] {1});
        String sha256 = store().write(checkpoint, Map.of());
        entries.add(new Entry.Checkpoint(step, hash(step), CheckpointStore.directoryName(step), sha256));
    }

    CheckpointStore store() {
        return new CheckpointStore(directory.resolve(Verifier.CHECKPOINTS), new RealDisk());
    }

    /** Goes back to an earlier step whose cursor is given and starts again there. */
    void rollback(long newLineage, long toStep, Cursor at) {
        entries.add(new Entry.Rollback(newLineage, toStep, "test"));
        lineage = newLineage;
        step = toStep;
        cursor = at;
        pending = plan;
        start();
    }

    Cursor cursor() {
        return cursor;
    }

    void finish() {
        entries.add(new Entry.Finished("done", step, hash(step), "steps"));
    }

    /** Replaces the only entry at which the change differs, e.g. one commit by a wrong one. */
    void change(long commitStep, UnaryOperator<Entry.Commit> change) {
        entries.replaceAll(entry ->
                entry instanceof Entry.Commit commit && commit.step() == commitStep ? change.apply(commit) : entry);
    }

    Path ledger() {
        return directory.resolve(Verifier.LEDGER);
    }

    /** What reading the entries one by one shows. */
    RunHistory read() {
        RunHistory history = new RunHistory();
        for (int i = 0; i < entries.size(); i++)
            history.accept(new Positioned(Path.of("ledger"), 0, i, entries.get(i), 0));
        return history;
    }

    Verification verify() {
        try (FileLedger ledger = FileLedger.create(ledger(), new RealDisk(), "run")) {
            for (Entry entry : entries) ledger.append(List.of(entry), () -> {});
        }
        return Verifier.verify(directory);
    }
}
