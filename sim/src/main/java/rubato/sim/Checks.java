package rubato.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import rubato.history.Entry;
import rubato.ledger.LedgerImage;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;
import rubato.plan.Plan;
import rubato.step.Range;
import rubato.step.StateName;
import rubato.verify.EpochAccount;
import rubato.verify.RunHistory;
import rubato.world.Generation;
import rubato.world.World;

/** What must hold once a schedule is over, read from the disk and from the replicas that are left. */
final class Checks {
    private final Stage stage;

    Checks(Stage stage) {
        this.stage = stage;
    }

    /** @param interruptedEarly whether the run was interrupted while nothing was trained */
    RunHistory check(List<SimulatedWorker> workers, boolean interruptedEarly) {
        LedgerImage image = LedgerReader.read(Stage.LEDGER, stage.disk);
        long committed = stage.facts.committed();
        if (!image.scan().problems().isEmpty())
            throw new Violation(committed, "ledger: " + image.scan().problems().get(0));
        List<Entry> entries = image.entries().stream().map(Positioned::entry).toList();
        nothingAcknowledgedIsLost(entries);
        RunHistory history = new RunHistory();
        image.entries().forEach(history::accept);
        if (!history.violations().isEmpty())
            throw new Violation(history.steps(), history.violations().get(0));
        recompute(entries);
        if (!interruptedEarly) finished(history, entries, workers);
        return history;
    }

    private void nothingAcknowledgedIsLost(List<Entry> entries) {
        List<Entry> acknowledged = stage.facts.acknowledged();
        int at = 0;
        for (Entry entry : entries)
            if (at < acknowledged.size() && acknowledged.get(at).equals(entry)) at++;
        if (at < acknowledged.size())
            throw new Violation(
                    stage.facts.committed(), "an acknowledged entry is not in the ledger: " + acknowledged.get(at));
    }

    /** One process alone, told what each rank had kept back, makes every committed step again and gets every recorded hash. */
    private void recompute(List<Entry> entries) {
        SimulatedReplica replica = new SimulatedReplica();
        Map<Long, SimulatedReplica.Snapshot> kept = new HashMap<>();
        Map<Long, Plan> plans = new HashMap<>();
        Map<Generation, World> worlds = new HashMap<>();
        kept.put(0L, replica.snapshot(new StateName(0, Generation.NONE, 0, 0)));
        plans.put(1L, stage.scenario.plan());
        for (Entry entry : entries) {
            if (entry instanceof Entry.Planned planned) plans.put(planned.plan().version(), planned.plan());
            if (entry instanceof Entry.Activate activate) {
                for (Entry.Commit commit : activate.completed()) redo(replica, commit, plans, worlds, kept);
                plans.put(activate.plan().version(), activate.plan());
                worlds.put(activate.world().generation(), activate.world());
            }
            if (entry instanceof Entry.Commit commit) redo(replica, commit, plans, worlds, kept);
            if (entry instanceof Entry.Rollback back) {
                SimulatedReplica.Snapshot there = kept.get(back.toStep());
                if (there != null) replica.restore(there);
            }
        }
    }

    private void redo(
            SimulatedReplica replica,
            Entry.Commit commit,
            Map<Long, Plan> plans,
            Map<Generation, World> worlds,
            Map<Long, SimulatedReplica.Snapshot> kept) {
        Plan plan = plans.get(commit.planVersion());
        if (plan == null) throw new Violation(commit.step(), "step " + commit.step() + " ran under an unknown plan");
        long epoch = commit.ranges().stream()
                .flatMap(List::stream)
                .mapToLong(Range::epoch)
                .max()
                .orElse(0);
        World world = worlds.get(commit.generation());
        if (world == null)
            throw new Violation(commit.step(), "step " + commit.step() + " ran in an unknown generation");
        Arithmetic.redo(
                replica,
                commit,
                plan,
                stage.scenario.rhythm().data(),
                stage.permutation(epoch),
                (rank, gradient) -> stage.facts.residuals.transmitted(
                        world.members().get(rank).id(), commit.generation(), commit.step(), gradient));
        if (replica.hash(commit.step()) != commit.hash())
            throw new Violation(
                    commit.step(), "step " + commit.step() + " recomputed gives another hash than committed");
        kept.put(commit.step(), replica.snapshot(new StateName(0, commit.generation(), commit.step(), commit.hash())));
    }

    private void finished(RunHistory history, List<Entry> entries, List<SimulatedWorker> workers) {
        if (!history.isFinished() || !(entries.get(entries.size() - 1) instanceof Entry.Finished end))
            throw new Violation(history.steps(), "the run ended without a Finished entry");
        List<EpochAccount> epochs = history.accounts();
        for (EpochAccount epoch : epochs)
            if (!epoch.exactlyOnce())
                throw new Violation(history.steps(), "epoch " + epoch.epoch() + ": samples are missing or came twice");
        if (end.status().equals("done")) allDone(history, epochs);
        World world = null;
        for (Entry entry : entries) if (entry instanceof Entry.Activate activate) world = activate.world();
        for (SimulatedWorker worker : new ArrayList<>(workers)) {
            StateName state = worker.state();
            boolean member = world != null && world.rankOf(worker.id) >= 0;
            boolean finished = worker.exitCode != null && worker.exitCode == 0 && member;
            if (finished && state != null && state.step() == end.step() && state.hash() != end.hash())
                throw new Violation(end.step(), worker.id + " ends with another state than the run");
        }
    }

    private void allDone(RunHistory history, List<EpochAccount> epochs) {
        long steps = stage.scenario.goals().steps();
        if (steps != Long.MAX_VALUE) {
            if (history.steps() != steps)
                throw new Violation(history.steps(), "the run ended after " + history.steps() + " steps, not " + steps);
            return;
        }
        long complete = epochs.stream().filter(EpochAccount::complete).count();
        if (complete != stage.scenario.goals().epochs())
            throw new Violation(
                    history.steps(),
                    "the run ended after " + complete + " epochs, not "
                            + stage.scenario.goals().epochs());
    }
}
