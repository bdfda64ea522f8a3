package rubato.raft;

/** The one thread of a replica and its time, so that a simulation can take its place. */
interface EventQueue {
    /** Runs a task after those queued before it. Any thread. */
    void execute(Runnable task);

    /** Runs a task once so much time has passed. */
    void schedule(Runnable task, long nanos);

    /** Monotonic time. */
    long nanos();
}
