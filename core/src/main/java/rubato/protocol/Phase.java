package rubato.protocol;

/** Where a coordinator is in the life of a run. */
enum Phase {
    GATHERING,
    SEALING,
    INSTALLING,
    LINKING,
    TRAINING,
    FINISHING,
    ENDED
}
