package rubato.chaos;

import java.util.Locale;

/** What can be done to a run. */
enum FaultKind {
    /** kill -9 of a member. */
    KILL(Effect.LOSS, 8),
    /** kill -9 of two members at once. */
    KILL_TWO(Effect.LOSS, 1),
    /** kill -9 of every worker: recorded steps are made again from the checkpoint. */
    KILL_WORKERS(Effect.LOSS, 0.5),
    /** kill -9 of the launcher, and with it the coordinator and its workers; the run is resumed. */
    KILL_LAUNCHER(Effect.LOSS, 0.5),
    /** SIGSTOP of a member, SIGCONT later. */
    PAUSE(Effect.STALL, 3),
    /** One more worker joins. */
    JOIN(Effect.CHANGE, 1),
    /** A member is asked to leave. */
    LEAVE(Effect.CHANGE, 2),
    /** Another number of workers is asked for. */
    SCALE(Effect.CHANGE, 1);

    /** How recovery from it shows. */
    enum Effect {
        /** Members are gone: from the fault to the first commit of a generation activated after it. */
        LOSS,
        /** Members may be silent: from the fault to the first commit after the longest gap between commits that it overlaps. */
        STALL,
        /** Members come or go in order: from the seal to the first commit after the activation. */
        CHANGE
    }

    final Effect effect;
    final double weight;

    FaultKind(Effect effect, double weight) {
        this.effect = effect;
        this.weight = weight;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
