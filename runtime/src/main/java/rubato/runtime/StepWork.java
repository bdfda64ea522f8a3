package rubato.runtime;

import java.util.ArrayList;
import java.util.List;
import rubato.collective.CollectiveException;
import rubato.collective.Gathered;
import rubato.compress.CompressionException;
import rubato.protocol.Activity;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.step.Contribution;
import rubato.world.Generation;

/** The work of a step together with others: the gradient and its sum, and the metrics. Belongs to the training thread. */
final class StepWork {
    private final Worker worker;
    private final Trainee trainee;
    private final Generations generations;
    private final Pulse pulse;

    StepWork(Worker worker, Trainee trainee, Generations generations, Pulse pulse) {
        this.worker = worker;
        this.trainee = trainee;
        this.generations = generations;
        this.pulse = pulse;
    }

    /** Computes this rank's part of the gradient and reduces it, unless memory has changed by itself meanwhile. */
    List<WorkerAction> compute(WorkerAction.Compute compute) {
        Generation generation = worker.generation();
        pulse.doing(worker, Activity.COMPUTING);
        try {
            Contribution own = trainee.gradient(compute, worker.planVersion(), generations.collective());
            long hash = trainee.hashNow();
            if (hash != own.stateHash()) return worker.corrupted(hash);
            pulse.doing(worker, Activity.REDUCING);
            Gathered gathered = trainee.reduce(compute, generation, generations.collective(), own.encode());
            pulse.doing(worker, Activity.COMPUTING);
            return worker.reduced(compute.step(), contributions(gathered));
        } catch (CollectiveException e) {
            return worker.broken(generation, e.peerRank(), String.valueOf(e.getMessage()));
        } catch (CompressionException e) {
            return worker.broken(generation, -1, "step " + compute.step() + ": " + e.getMessage());
        }
    }

    private static List<Contribution> contributions(Gathered gathered) {
        List<Contribution> all = new ArrayList<>();
        for (long[] words : gathered.controls()) {
            try {
                all.add(Contribution.decode(words));
            } catch (IllegalArgumentException e) {
                throw new CollectiveException(all.size(), "rank " + all.size() + " sent a " + e.getMessage());
            }
        }
        return all;
    }

    /** Computes this rank's part of the metrics. */
    List<WorkerAction> evaluate(WorkerAction.Evaluate evaluate) {
        pulse.doing(worker, Activity.EVALUATING);
        int size = generations.collective().size();
        return worker.evaluated(evaluate.step(), trainee.evaluate(evaluate.last(), worker.rank(), size));
    }
}
