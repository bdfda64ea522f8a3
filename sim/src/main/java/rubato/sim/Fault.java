package rubato.sim;

/** Kinds of faults a schedule may suffer; each schedule draws its own mix. */
enum Fault {
    KILL_WORKER,
    LOSE_MACHINE,
    PAUSE_WORKER,
    SLOW_WORKER,
    LEAVE,
    JOIN,
    SCALE,
    ONE_WAY_CUT,
    PARTITION,
    BAD_LINKS,
    KILL_COORDINATOR,
    POWER_CUT,
    PAUSE_COORDINATOR,
    CLOCK_JUMP,
    DISK_FULL,
    DISK_ERROR,
    BIT_FLIPS_ON_READ,
    BAD_ARITHMETIC,
    BIT_FLIP_IN_MEMORY,
    KILL_EVERYTHING,
    STOP,
    /** A contribution that nobody will get again; drawn by itself, beside the mix. */
    UNREPEATABLE
}
