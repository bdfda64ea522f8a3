package rubato.raft;

import io.microraft.RaftConfig;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import rubato.random.SplitMix;

/**
 * The time MicroRaft lives in. It knows whole seconds only, too long for us, so its clock runs {@link #FASTER} times as
 * fast as ours. Every delay is stretched by a random part, because replicas that act in step split the vote.
 */
final class Pace extends Clock {
    static final int FASTER = 20;
    private static final int HEARTBEAT_SECONDS = 1;
    private static final long LEASE_SECONDS = 16;
    private static final long ELECTION_MILLIS = 1500;
    private static final int ON_THE_WAY = 256;
    private static final int TOGETHER = 63;
    private static final long START_MILLIS = 1_000_000;

    private final EventQueue queue;
    private final SplitMix random;
    private final long start;
    private long ahead;

    Pace(EventQueue queue, SplitMix random) {
        this.queue = queue;
        this.random = random;
        this.start = queue.nanos();
    }

    static RaftConfig config(int snapshotEvery) {
        return RaftConfig.newBuilder()
                .setLeaderHeartbeatPeriodSecs(HEARTBEAT_SECONDS)
                .setLeaderHeartbeatTimeoutSecs(LEASE_SECONDS)
                .setLeaderElectionTimeoutMillis(ELECTION_MILLIS)
                .setAppendEntriesRequestBatchSize(TOGETHER)
                .setMaxPendingLogEntryCount(ON_THE_WAY)
                .setCommitCountToTakeSnapshot(snapshotEvery)
                .setTransferSnapshotsFromFollowersEnabled(false)
                .setRaftNodeReportPublishPeriodSecs(3600)
                .build();
    }

    /** The leader is known to be dead: whatever was heard of it last is too long ago. */
    void leaderIsDead() {
        ahead += TimeUnit.SECONDS.toMillis(LEASE_SECONDS);
    }

    /** What a delay of MicroRaft's means here. */
    long realNanos(long delay, TimeUnit unit) {
        long nanos = unit.toNanos(delay) / FASTER;
        return nanos + (long) (nanos * random.nextDouble());
    }

    @Override
    public long millis() {
        return START_MILLIS + ahead + (queue.nanos() - start) / (1_000_000 / FASTER);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
