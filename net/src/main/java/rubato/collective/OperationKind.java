package rubato.collective;

/** What the members of a group do together; every one must call the same. */
enum OperationKind {
    ALL_REDUCE,
    BUCKETED_ALL_REDUCE,
    REDUCE_SCATTER,
    ALL_GATHER,
    BROADCAST,
    SCATTER,
    GATHER,
    BARRIER
}
