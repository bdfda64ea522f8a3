package rubato.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.step.Cursor;
import rubato.step.DataShape;
import rubato.step.Range;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;

/**
 * What the ledger holds, as far as going on needs it: the last committed step and its cursor, plans, the steps since the
 * newest checkpoints. Made from a ledger's entries or as they are appended; the same either way.
 */
public final class Accounts {
    private final DataShape data;
    private int keep;
    private final Map<Long, Plan> plans = new HashMap<>();
    private final Map<Generation, List<WorkerId>> ranks = new HashMap<>();
    private final Map<Generation, List<Integer>> nothingKept = new HashMap<>();
    private final Deque<Entry.Commit> recorded = new ArrayDeque<>();
    private final TreeMap<Long, Long> hashes = new TreeMap<>();
    private final TreeMap<Long, Cursor> cursors = new TreeMap<>();
    private final TreeMap<Long, Long> samplesAt = new TreeMap<>();
    private final List<Entry.Checkpoint> checkpoints = new ArrayList<>();
    private Plan newest;
    private Cursor cursor = Cursor.START;
    private StateName committed = new StateName(0, Generation.NONE, 0, 0);
    private long initialHash;
    private long samples;
    private long evaluated = -1;
    private long term;
    private long generations;
    private OptionalInt scaled = OptionalInt.empty();
    private boolean compressed;

    /** @param keep checkpoints before which steps may be forgotten */
    public Accounts(DataShape data, Plan initial, int keep) {
        if (keep < 1) throw new IllegalArgumentException("keep must be >= 1, was " + keep);
        this.keep = keep;
        this.data = data;
        planned(initial);
        cursors.put(0L, cursor);
        samplesAt.put(0L, 0L);
    }

    /** From now on steps may be forgotten before so many checkpoints. */
    public void keep(int checkpoints) {
        keep = checkpoints;
    }

    /** Name of the last committed state; hash 0 before the first generation. */
    public StateName committed() {
        return committed;
    }

    /** Hash of the state everyone starts from; 0 before the first generation. */
    long initialHash() {
        return initialHash;
    }

    public Cursor cursor() {
        return cursor;
    }

    public Plan newest() {
        return newest;
    }

    /** The plan of the step after the last committed one, once everyone holds every plan there is. */
    Plan next() {
        return plans.values().stream()
                .filter(plan -> plan.fromStep() <= committed.step() + 1)
                .max(Comparator.comparingLong(Plan::version))
                .orElse(newest);
    }

    public long samples() {
        return samples;
    }

    public long term() {
        return term;
    }

    /** How many generations the run has had. */
    public long generations() {
        return generations;
    }

    /** How many workers an operator wanted last; empty if none said so. */
    public OptionalInt scaled() {
        return scaled;
    }

    /** Whether a plan ever compressed, so that workers may keep something back. */
    boolean isCompressed() {
        return compressed;
    }

    /** Last step whose metrics are recorded, −1 for none. */
    long evaluated() {
        return evaluated;
    }

    /** Last step with a registered checkpoint, −1 for none. */
    public long checkpointed() {
        return checkpoints.isEmpty()
                ? -1
                : checkpoints.get(checkpoints.size() - 1).step();
    }

    /** Checkpoints of the surviving lineage, oldest first. */
    public List<Entry.Checkpoint> checkpoints() {
        return List.copyOf(checkpoints);
    }

    @Nullable
    Plan plan(long version) {
        return plans.get(version);
    }

    /** The plan of a step that was trained. */
    Plan planned(long version) {
        Plan plan = plans.get(version);
        if (plan == null) throw new IllegalStateException("a step was trained under unknown plan " + version);
        return plan;
    }

    /** Whether an entry can be added and leads to what all entries would lead to; not so where it goes back to a step that was forgotten. */
    public boolean covers(Entry entry) {
        return !(entry instanceof Entry.Rollback back)
                || hashes.containsKey(back.toStep()) && cursors.containsKey(back.toStep());
    }

    /** The hash of a committed step, if it is not older than the newest checkpoint. */
    @Nullable
    Long hashOf(long step) {
        return hashes.get(step);
    }

    /** Where the data stood after a step that is not older than the checkpoints kept. */
    Cursor cursorAt(long step) {
        return cursors.getOrDefault(step, Cursor.START);
    }

    /** What a step under a plan takes after the cursor. */
    Cursor.Taken take(Cursor from, Plan plan) {
        return from.take(data, Math.min(plan.globalBatch(), data.samples()));
    }

    /**
     * How to make the committed state again.
     *
     * @param passedOver newest checkpoints that turned out to be of no use
     */
    Recipe recipe(int passedOver) {
        int at = checkpoints.size() - 1 - passedOver;
        long from = at < 0 ? 0 : checkpoints.get(at).step();
        List<Recipe.Redo> steps = new ArrayList<>();
        for (Entry.Commit commit : recorded) {
            if (commit.step() <= from) continue;
            steps.add(new Recipe.Redo(
                    commit,
                    plans.getOrDefault(commit.planVersion(), newest),
                    ranks.getOrDefault(commit.generation(), List.of()),
                    nothingKept.getOrDefault(commit.generation(), List.of())));
        }
        if (at < 0) return new Recipe("", 0, steps);
        return new Recipe(checkpoints.get(at).directory(), checkpoints.get(at).hash(), steps);
    }

    /** Whether there is a recipe that passes over so many checkpoints. */
    boolean hasRecipe(int passedOver) {
        int at = checkpoints.size() - 1 - passedOver;
        if (at < -1) return false;
        long from = recipeFrom(passedOver);
        return recorded.isEmpty()
                ? committed.step() == from
                : recorded.getFirst().step() <= from + 1;
    }

    /** The step a recipe starts from. */
    long recipeFrom(int passedOver) {
        int at = checkpoints.size() - 1 - passedOver;
        return at < 0 ? 0 : checkpoints.get(at).step();
    }

    /** Takes note of an entry. */
    public void add(Entry entry) {
        if (entry instanceof Entry.Term begun) term = Math.max(term, begun.term());
        else if (entry instanceof Entry.Activate activate) activated(activate);
        else if (entry instanceof Entry.Planned planned) planned(planned.plan());
        else if (entry instanceof Entry.Commit commit) commit(commit);
        else if (entry instanceof Entry.Evaluated metrics) evaluated = metrics.step();
        else if (entry instanceof Entry.Checkpoint checkpoint) checkpoint(checkpoint);
        else if (entry instanceof Entry.Rollback back) rolledBack(back);
        else if (entry instanceof Entry.Scaled now) scaled = OptionalInt.of(now.workers());
        else if (entry instanceof Entry.NothingKept none) nothingKept.put(none.generation(), none.ranks());
    }

    private void activated(Entry.Activate activate) {
        generations++;
        activate.completed().forEach(this::commit);
        planned(activate.plan());
        ranks.put(
                activate.world().generation(),
                activate.world().members().stream().map(Member::id).toList());
        committed = activate.base();
        if (committed.step() == 0) initialHash = committed.hash();
        hashes.put(committed.step(), committed.hash());
    }

    private void planned(Plan plan) {
        plans.put(plan.version(), plan);
        newest = plan;
        compressed |= plan.isCompressed();
    }

    private void commit(Entry.Commit commit) {
        Plan plan = plans.getOrDefault(commit.planVersion(), newest);
        cursor = take(cursor, plan).after();
        for (List<Range> part : commit.ranges()) for (Range range : part) samples += range.count();
        committed = new StateName(committed.lineage(), commit.generation(), commit.step(), commit.hash());
        recorded.addLast(commit);
        hashes.put(commit.step(), commit.hash());
        cursors.put(commit.step(), cursor);
        samplesAt.put(commit.step(), samples);
    }

    private void checkpoint(Entry.Checkpoint checkpoint) {
        checkpoints.add(checkpoint);
        if (checkpoints.size() <= keep) return;
        long oldest = checkpoints.get(checkpoints.size() - keep).step();
        while (!recorded.isEmpty() && recorded.getFirst().step() <= oldest) recorded.removeFirst();
        forgetBefore(oldest);
    }

    private void forgetBefore(long step) {
        hashes.headMap(step).clear();
        cursors.headMap(step).clear();
        samplesAt.headMap(step).clear();
    }

    /** A rollback names its state by the step; it must be that of a checkpoint that is kept, or 0. */
    private void rolledBack(Entry.Rollback back) {
        checkpoints.removeIf(point -> point.step() > back.toStep());
        while (!recorded.isEmpty() && recorded.getLast().step() > back.toStep()) recorded.removeLast();
        hashes.tailMap(back.toStep(), false).clear();
        cursors.tailMap(back.toStep(), false).clear();
        samplesAt.tailMap(back.toStep(), false).clear();
        cursor = cursors.getOrDefault(back.toStep(), Cursor.START);
        samples = samplesAt.getOrDefault(back.toStep(), 0L);
        long there = back.toStep() == 0 ? initialHash : hashes.getOrDefault(back.toStep(), 0L);
        committed = new StateName(back.lineage(), committed.generation(), back.toStep(), there);
        evaluated = Math.min(evaluated, back.toStep());
    }
}
