package rubato.verify;

/**
 * What became of the samples of one epoch in the surviving lineage.
 *
 * @param samples how many entered committed steps, trained or skipped
 * @param complete every sample of the epoch was trained, skipped or dropped as the tail
 * @param exactlyOnce none came twice, and none is missing though a later epoch began
 */
public record EpochAccount(long epoch, long samples, boolean complete, boolean exactlyOnce) {}
