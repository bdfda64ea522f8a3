package rubato.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.history.Entry;
import rubato.ledger.Positioned;
import rubato.plan.Plan;
import rubato.random.Mix64;
import rubato.random.Permutation;
import rubato.step.DataShape;
import rubato.step.Range;

/**
 * Which samples of the open epoch have been accounted for, one bit each, and the accounts of the epochs before it. Its own
 * rule, not the trainer's cursor: a step takes the lowest positions not yet taken, ascending, divided by the plan's counts.
 */
final class EpochCover {
    private final DataShape data;
    private final Violations violations;
    private final BitSet taken;
    private final List<EpochAccount> closed = new ArrayList<>();
    private int count;
    private int lowest;
    private long epoch;
    private long samples;
    private boolean once = true;
    private @Nullable Permutation permutation;
    private long permutationEpoch = -1;

    EpochCover(DataShape data, Violations violations) {
        this(data, violations, new BitSet(data.samples()));
    }

    private EpochCover(DataShape data, Violations violations, BitSet taken) {
        this.data = data;
        this.violations = violations;
        this.taken = taken;
    }

    /** The same, to go back to. */
    EpochCover copy() {
        EpochCover copy = new EpochCover(data, violations, (BitSet) taken.clone());
        copy.closed.addAll(closed);
        copy.count = count;
        copy.lowest = lowest;
        copy.epoch = epoch;
        copy.samples = samples;
        copy.once = once;
        return copy;
    }

    void commit(Positioned at, Entry.Commit commit, Plan plan) {
        drop(at, commit, plan);
        int fed = commit.ranges().stream()
                .flatMap(List::stream)
                .mapToInt(Range::count)
                .sum();
        checkCounts(at, commit, plan, fed);
        long digest = take(at, commit);
        if (digest != commit.sampleDigest())
            violations.add(
                    at,
                    "step " + commit.step() + ": sample digest is " + Long.toHexString(commit.sampleDigest())
                            + ", its ranges give " + Long.toHexString(digest));
        if (left() == 0) close(true);
    }

    private int left() {
        return data.samples() - count;
    }

    private void drop(Positioned at, Entry.Commit commit, Plan plan) {
        boolean due = !data.keepLast() && left() < plan.globalBatch() && left() > 0;
        if (commit.dropped().isEmpty()) {
            if (due)
                violations.add(at, "step " + commit.step() + ": tail of epoch " + epoch + " was due to be dropped");
            return;
        }
        BitSet dropped = new BitSet();
        for (Range range : commit.dropped()) {
            if (!inData(range) || range.epoch() != epoch) {
                violations.add(at, "step " + commit.step() + ": drops " + range + " outside the open epoch " + epoch);
                return;
            }
            dropped.set(range.start(), range.end());
        }
        boolean fits = dropped.cardinality() == left() && !dropped.intersects(taken);
        if (!due || !fits)
            violations.add(
                    at,
                    "step " + commit.step() + ": drops " + dropped.cardinality() + " samples of epoch " + epoch
                            + (due ? ", left were " + left() : ", nothing was to be dropped"));
        if (dropped.intersects(taken)) once = false;
        close(fits);
    }

    private boolean inData(Range range) {
        return range.count() <= data.samples() && range.start() <= data.samples() - range.count();
    }

    private void checkCounts(Positioned at, Entry.Commit commit, Plan plan, int fed) {
        int due = Math.min(plan.globalBatch(), left());
        if (fed != due) {
            violations.add(
                    at,
                    "step " + commit.step() + ": fed " + fed + " samples, plan " + plan.version()
                            + " and the epoch give " + due);
            return;
        }
        int[] counts = plan.shares().counts(fed);
        for (int rank = 0; rank < Math.min(counts.length, commit.ranges().size()); rank++) {
            int own = commit.ranges().get(rank).stream().mapToInt(Range::count).sum();
            if (own != counts[rank])
                violations.add(
                        at,
                        "step " + commit.step() + ": rank " + rank + " fed " + own + " samples, plan " + plan.version()
                                + " gives it " + counts[rank]);
        }
    }

    /** Marks the samples of a step and returns their digest. */
    private long take(Positioned at, Entry.Commit commit) {
        long digest = 0;
        boolean inOrder = true;
        for (List<Range> ofRank : commit.ranges()) {
            for (Range range : ofRank) {
                if (range.count() == 0) continue;
                if (!enter(at, commit, range)) return digest;
                digest += digest(range);
                inOrder &= mark(at, commit, range);
            }
        }
        if (!inOrder) violations.add(at, "step " + commit.step() + ": ranges are not those the cursor yields");
        return digest;
    }

    /** Whether a range can be accounted in the open epoch; a range of the next closes it. */
    private boolean enter(Positioned at, Entry.Commit commit, Range range) {
        if (!inData(range)) {
            violations.add(
                    at, "step " + commit.step() + ": " + range + " lies outside the " + data.samples() + " samples");
            return false;
        }
        if (range.epoch() == epoch) return true;
        if (range.epoch() < epoch) {
            violations.add(
                    at, "step " + commit.step() + ": samples of epoch " + range.epoch() + " again in epoch " + epoch);
            spoil(range.epoch());
            return false;
        }
        violations.add(
                at,
                "step " + commit.step() + ": epoch " + range.epoch() + " begins while " + left() + " samples of epoch "
                        + epoch + " are missing");
        once = false;
        close(false);
        epoch = range.epoch();
        return true;
    }

    private void spoil(long past) {
        closed.replaceAll(account -> account.epoch() == past
                ? new EpochAccount(past, account.samples(), account.complete(), false)
                : account);
    }

    private long digest(Range range) {
        Permutation order = permutation();
        long digest = 0;
        for (int at = range.start(); at < range.end(); at++) digest += Mix64.mix(epoch, order.sampleAt(at));
        return digest;
    }

    /** Marks a range and says whether each of its positions was the lowest one open. */
    private boolean mark(Positioned at, Entry.Commit commit, Range range) {
        boolean inOrder = true;
        int twice = 0;
        for (int position = range.start(); position < range.end(); position++) {
            inOrder &= position == lowest;
            if (taken.get(position)) twice++;
            taken.set(position);
            lowest = taken.nextClearBit(lowest);
        }
        samples += range.count();
        count += range.count() - twice;
        if (twice > 0) {
            once = false;
            violations.add(
                    at, "step " + commit.step() + ": " + twice + " samples of " + range + " were trained before");
        }
        return inOrder;
    }

    private Permutation permutation() {
        Permutation found = permutation;
        if (found == null || permutationEpoch != epoch) {
            found = data.permutation(epoch);
            permutation = found;
            permutationEpoch = epoch;
        }
        return found;
    }

    private void close(boolean complete) {
        closed.add(new EpochAccount(epoch, samples, complete, once));
        taken.clear();
        count = 0;
        lowest = 0;
        epoch++;
        samples = 0;
        once = true;
    }

    /**
     * The accounts of all epochs begun.
     *
     * @param batchAfterEnd batch of the step that would come next, if the run is over: a tail it would drop is accounted for
     */
    List<EpochAccount> accounts(int batchAfterEnd) {
        List<EpochAccount> all = new ArrayList<>(closed);
        boolean tail = !data.keepLast() && left() < batchAfterEnd;
        if (!taken.isEmpty()) all.add(new EpochAccount(epoch, samples, tail, once));
        return all;
    }
}
