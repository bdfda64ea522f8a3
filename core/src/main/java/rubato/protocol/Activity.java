package rubato.protocol;

/** What a worker is doing, told with every beat. Only some of it can be held against it. */
public enum Activity {
    /** Computing a gradient or applying a step: owes a result soon. */
    COMPUTING,
    /** Inside a collective, waiting for peers: healthy as long as it says so. */
    REDUCING,
    /** Computing metrics: owes a result, later. */
    EVALUATING,
    /** Taking over or recomputing a state: owes a result, later. */
    INSTALLING,
    /** Waiting for the coordinator. */
    IDLE,
    /** Doing steps that count for nothing until its code is compiled: the members train on without it meanwhile. */
    PRACTISING
}
