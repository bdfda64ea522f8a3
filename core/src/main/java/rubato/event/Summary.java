package rubato.event;

/**
 * The end of a run in numbers; becomes {@code summary.json} with these names in snake_case. Unknown numbers are NaN.
 *
 * @param status done, failed, interrupted
 * @param stoppedBy the stop condition that ended it, or the error
 * @param decisions plan changes applied
 * @param bytesSent payload that all ranks sent for the sums of the steps committed since this start
 * @param bytesSaved how much less that is than uncompressed
 */
public record Summary(
        String status,
        String stoppedBy,
        long steps,
        double epochs,
        long samples,
        double trainLoss,
        double trainAccuracy,
        double testLoss,
        double testAccuracy,
        double wallSeconds,
        double samplesPerSecond,
        int workers,
        int batchInitial,
        int batchFinal,
        double noiseScale,
        long decisions,
        long bytesSent,
        long bytesSaved,
        String stateHash) {}
