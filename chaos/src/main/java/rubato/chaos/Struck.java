package rubato.chaos;

/**
 * A fault that was done.
 *
 * @param target what it was done to
 * @param at when, ms since 1970
 * @param until when it was undone, {@code at} for what needs no undoing
 */
record Struck(FaultKind kind, String target, long at, long until) {}
