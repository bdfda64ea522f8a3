package rubato.chaos;

import java.util.Locale;

/** What can be done to a run. */
enum FaultKind {
    /** kill -9 of a member. */
    KILL(Effect.LOSS, Needs.NOTHING, 8),
    /** kill -9 of two members at once. */
    KILL_TWO(Effect.LOSS, Needs.NOTHING, 1),
    /** kill -9 of every worker: recorded steps are made again from the checkpoint. */
    KILL_WORKERS(Effect.LOSS, Needs.NOTHING, 0.5),
    /** kill -9 of the launcher, and with it its coordinator and workers; the run is resumed. */
    KILL_LAUNCHER(Effect.LOSS, Needs.NOTHING, 0.5),
    /** SIGSTOP of a member, SIGCONT later. */
    PAUSE(Effect.STALL, Needs.NOTHING, 3),
    /** One more worker joins. */
    JOIN(Effect.CHANGE, Needs.NOTHING, 1),
    /** A member is asked to leave. */
    LEAVE(Effect.CHANGE, Needs.NOTHING, 2),
    /** Another number of workers is asked for. */
    SCALE(Effect.CHANGE, Needs.NOTHING, 1),
    /** kill -9 of the coordinator. */
    KILL_COORDINATOR(Effect.LOSS, Needs.COORDINATOR, 6),
    /** SIGSTOP of the coordinator, SIGCONT later. */
    PAUSE_COORDINATOR(Effect.STALL, Needs.COORDINATOR, 2),
    /** Nothing gets to a member or from it, for a while. */
    CUT(Effect.STALL, Needs.PROXY, 2),
    /** The same in one direction. */
    CUT_ONE_WAY(Effect.STALL, Needs.PROXY, 2),
    /** Two members do not reach each other; everyone else reaches both. */
    CUT_LINK(Effect.STALL, Needs.PROXY, 1),
    /** A member is cut off and back, several times in short order. */
    FLAP(Effect.STALL, Needs.PROXY, 1),
    /** What a member sends and gets is late and thin. */
    SLOW_LINK(Effect.STALL, Needs.PROXY, 1),
    /** One bit of what a member sends is flipped. */
    FLIP(Effect.STALL, Needs.PROXY, 2),
    /** A member dies behind a cut: nobody sees its connections close. */
    HALF_OPEN(Effect.LOSS, Needs.PROXY, 1),
    /** The kernel drops all packets to and from a member. */
    DROP(Effect.STALL, Needs.NAMESPACE, 2),
    /** The same in one direction. */
    DROP_ONE_WAY(Effect.STALL, Needs.NAMESPACE, 2),
    /** No byte is free on the disk of the run directory, for a while; a run that ends for it is resumed. */
    FULL_DISK(Effect.STALL, Needs.NAMESPACE, 0.5),
    /** The disk of the run directory answers nothing, several times in short order. */
    SLOW_DISK(Effect.STALL, Needs.NAMESPACE, 1);

    /** How recovery from it shows. */
    enum Effect {
        /** Processes are gone: from the fault to the first commit of a generation activated after it. */
        LOSS,
        /** Somebody may be silent: from the fault to the end of the longest gap between commits that it overlaps. */
        STALL,
        /** Members come or go in order: from the seal to the first commit after the activation. */
        CHANGE
    }

    /** What it takes. */
    enum Needs {
        NOTHING,
        /** A coordinator in a process of its own. */
        COORDINATOR,
        /** Workers that reach each other through the chaos proxy, each at an address of its own. */
        PROXY,
        /** Network and mount namespaces of the run's own. */
        NAMESPACE
    }

    final Effect effect;
    final Needs needs;
    final double weight;

    FaultKind(Effect effect, Needs needs, double weight) {
        this.effect = effect;
        this.needs = needs;
        this.weight = weight;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
