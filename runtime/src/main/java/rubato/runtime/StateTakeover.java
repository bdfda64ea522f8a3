package rubato.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import rubato.error.RubatoException;
import rubato.net.Route;
import rubato.protocol.Activity;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.step.StateName;
import rubato.world.Generation;

/**
 * How a worker comes to hold the state of others: by following them while they train, and at rest as it is, from a holder, or by the
 * recipe. Belongs to the training thread.
 */
final class StateTakeover {
    private final Worker worker;
    private final Trainee trainee;
    private final Endpoint endpoint;
    private final Route route;
    private final Generations generations;
    private final Pulse pulse;
    private final Follower follower = new Follower();

    StateTakeover(
            Worker worker, Trainee trainee, Endpoint endpoint, Route route, Generations generations, Pulse pulse) {
        this.worker = worker;
        this.trainee = trainee;
        this.endpoint = endpoint;
        this.route = route;
        this.generations = generations;
        this.pulse = pulse;
    }

    /** Takes a state over while the members train on; if that fails, it is taken over when they rest. */
    List<WorkerAction> follow(WorkerAction.Follow follow) {
        BooleanSupplier cancelled = generations.notWantingAsNow();
        pulse.doing(worker, Activity.INSTALLING);
        follower.stop();
        try {
            follower.begin(trainee.follow(endpoint.token(), endpoint.exposure(), route, follow, cancelled));
            return List.of(new WorkerAction.KeepUp());
        } catch (RubatoException e) {
            return worker.followed(trainee.state());
        }
    }

    /** Does the next step of those who are followed. */
    List<WorkerAction> keepUp() {
        if (!follower.isFollowing()) return List.of();
        pulse.doing(worker, Activity.INSTALLING);
        List<WorkerAction> next = new ArrayList<>();
        if (follower.keepUp(trainee)) next.addAll(worker.followed(trainee.state()));
        if (follower.isFollowing()) next.add(new WorkerAction.KeepUp());
        return next;
    }

    /** Comes to hold the base of a generation. */
    List<WorkerAction> hold(WorkerAction.Hold hold) {
        Generation generation = hold.world().generation();
        pulse.doing(worker, Activity.INSTALLING);
        follower.followTo(hold.base(), trainee);
        try {
            takeOver(hold, generations.notWanting(generation));
            if (hold.stored()) trainee.keepNothingBack();
            return worker.held(generation, hold.base(), trainee.cursor(), trainee.keepsNothingBack());
        } catch (RubatoException e) {
            boolean recomputed = e.kind() == RubatoException.Kind.DIVERGED;
            return worker.notHeld(generation, trainee.state(), recomputed, String.valueOf(e.getMessage()));
        }
    }

    private void takeOver(WorkerAction.Hold hold, BooleanSupplier cancelled) {
        StateName base = hold.base();
        if (trainee.holds(base)) trainee.rename(base);
        else if (hold.holders().isEmpty()) trainee.recompute(hold.recipe(), base, cancelled);
        else trainee.fetch(endpoint.token(), endpoint.exposure(), route, base, hold.holders(), cancelled);
    }

    /** Throws away what is held, down to the initial state. */
    List<WorkerAction> forget() {
        trainee.forget();
        return worker.forgotten(trainee.state(), trainee.cursor());
    }
}
