package rubato.sim;

import java.util.List;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.random.Mix64;
import rubato.random.Permutation;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.DataShape;
import rubato.step.Range;
import rubato.step.RangeDigest;
import rubato.step.SampleDigest;
import rubato.step.StepTotals;

/** The stand-in for a gradient: one word per sample, summed. */
final class Arithmetic {
    /** What a rank sends of its gradient. */
    interface Sending {
        long of(int rank, long gradient);
    }

    private Arithmetic() {}

    /** Sum over ranges of what each sample contributes at a state. */
    static long sum(long stateHash, List<Range> ranges, Permutation order) {
        long sum = 0;
        for (Range range : ranges)
            for (int at = range.start(); at < range.end(); at++) sum += Mix64.mix(stateHash, order.sampleAt(at)) >>> 8;
        return sum;
    }

    static Contribution contribution(
            long stateHash, long planVersion, List<Range> ranges, Permutation order, boolean finite) {
        int samples = ranges.stream().mapToInt(Range::count).sum();
        return new Contribution(
                stateHash,
                planVersion,
                samples,
                RangeDigest.of(ranges),
                SampleDigest.of(ranges, order),
                finite,
                samples * 0.5,
                samples / 2,
                samples,
                samples);
    }

    /** Makes a recorded step again, one process playing all ranks. */
    static void redo(
            SimulatedReplica replica,
            Entry.Commit commit,
            Plan plan,
            DataShape data,
            Permutation order,
            Sending sending) {
        long hash = replica.hash(commit.step() - 1);
        long sum = 0;
        List<Contribution> byRank = new java.util.ArrayList<>();
        for (List<Range> ranges : commit.ranges()) {
            sum += sending.of(byRank.size(), sum(hash, ranges, order));
            byRank.add(contribution(hash, plan.version(), ranges, order, true));
        }
        Cursor after = taken(replica.cursor(), plan, data).after();
        replica.apply(sum, commit.skipped(), plan, StepTotals.of(byRank), after);
    }

    /** What a step under a plan takes. */
    static Cursor.Taken taken(Cursor cursor, Plan plan, DataShape data) {
        return cursor.take(data, Math.min(plan.globalBatch(), data.samples()));
    }
}
