package rubato.plan;

/** When replicas meet. */
public sealed interface SyncMode {
    /** Bulk synchronous: every step ends with one all-reduce and bit-identical replicas. */
    record Bsp() implements SyncMode {}
}
