package rubato.signal;

/**
 * What became of an applied change: goodput before and after it.
 *
 * @param version of the plan that made the change
 * @param step at which it took effect
 * @param fromBatch global batch before, {@code toBatch} after
 * @param goodputBefore useful samples per second in the window before
 * @param goodputAfter the same in the first whole window after; {@code NaN} while not yet known
 */
public record Outcome(long version, long step, int fromBatch, int toBatch, double goodputBefore, double goodputAfter) {}
