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
import rubato.protocol.Recipe;
import rubato.step.Range;
import rubato.step.StateName;
import rubato.verify.EpochAccount;
import rubato.verify.RunHistory;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
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

    /** One process alone, from the ledger alone, makes every committed step again and gets every recorded hash. */
    private void recompute(List<Entry> entries) {
        SimulatedReplica replica = new SimulatedReplica();
        PlayedSteps played = new PlayedSteps(replica, stage.scenario.rhythm(), stage.facts.unrepeatable);
        Map<Long, SimulatedReplica.Snapshot> kept = new HashMap<>();
        Map<Long, Plan> plans = new HashMap<>();
        Map<Generation, World> worlds = new HashMap<>();
        Map<Generation, List<Integer>> nothingKept = new HashMap<>();
        kept.put(0L, replica.snapshot(new StateName(0, Generation.NONE, 0, 0)));
        plans.put(1L, stage.scenario.plan());
        for (Entry entry : entries) {
            List<Entry.Commit> commits = List.of();
            if (entry instanceof Entry.Commit commit) commits = List.of(commit);
            if (entry instanceof Entry.Activate activate) commits = activate.completed();
            for (Entry.Commit commit : commits) {
                played.redo(step(commit, plans, worlds, nothingKept), stage.permutation(epochOf(commit)));
                if (replica.hash(commit.step()) != commit.hash())
                    throw new Violation(
                            commit.step(), "step " + commit.step() + " recomputed gives another hash than committed");
                StateName name = new StateName(0, commit.generation(), commit.step(), commit.hash());
                kept.put(commit.step(), replica.snapshot(name));
            }
            if (entry instanceof Entry.Planned planned) plans.put(planned.plan().version(), planned.plan());
            if (entry instanceof Entry.NothingKept none) nothingKept.put(none.generation(), none.ranks());
            if (entry instanceof Entry.Activate activate) {
                plans.put(activate.plan().version(), activate.plan());
                worlds.put(activate.world().generation(), activate.world());
            }
            if (entry instanceof Entry.Rollback back) {
                SimulatedReplica.Snapshot there = kept.get(back.toStep());
                if (there != null) replica.restore(there);
                played = new PlayedSteps(replica, stage.scenario.rhythm(), stage.facts.unrepeatable);
            }
        }
    }

    private static Recipe.Redo step(
            Entry.Commit commit,
            Map<Long, Plan> plans,
            Map<Generation, World> worlds,
            Map<Generation, List<Integer>> nothingKept) {
        Plan plan = plans.get(commit.planVersion());
        if (plan == null) throw new Violation(commit.step(), "step " + commit.step() + " ran under an unknown plan");
        World world = worlds.get(commit.generation());
        if (world == null)
            throw new Violation(commit.step(), "step " + commit.step() + " ran in an unknown generation");
        List<WorkerId> ranks = world.members().stream().map(Member::id).toList();
        return new Recipe.Redo(commit, plan, ranks, nothingKept.getOrDefault(commit.generation(), List.of()));
    }

    private static long epochOf(Entry.Commit commit) {
        return commit.ranges().stream()
                .flatMap(List::stream)
                .mapToLong(Range::epoch)
                .max()
                .orElse(0);
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
