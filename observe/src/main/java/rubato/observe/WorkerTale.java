package rubato.observe;

/**
 * A worker's part in a run.
 *
 * @param pid 0 where unknown
 * @param joinedMillis time of joining, 0 where unknown
 * @param leftMillis time of leaving, 0 while present
 * @param reason why it left, empty while present
 */
record WorkerTale(String name, long pid, long joinedMillis, long leftMillis, String reason) {
    WorkerTale left(long epochMillis, String why) {
        return new WorkerTale(name, pid, joinedMillis, epochMillis, why);
    }
}
