package rubato.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import rubato.protocol.RunStatus;
import rubato.seam.Clock;

/** Reads the run's status all the time: who is a member, what is committed, the processor time of members. */
final class Watch implements AutoCloseable {
    /**
     * What had been used at a moment.
     *
     * @param compilerSeconds of {@code memberCpuSeconds}, what members' compilers used
     */
    record Mark(long epochMillis, double memberCpuSeconds, double compilerSeconds) {}

    private static final long PERIOD_NANOS = 200_000_000;

    private final Job job;
    private final Clock clock;
    private final CpuMeter cpu = new CpuMeter();
    private final List<String> regressions = new ArrayList<>();
    private final Thread thread = new Thread(this::watch, "rubato-watch");
    private volatile @Nullable RunStatus latest;
    private volatile long committed;
    private volatile boolean closed;

    Watch(Job job, Clock clock) {
        this.job = job;
        this.clock = clock;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!closed) {
            read(job.status().orElse(null));
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    private synchronized void read(@Nullable RunStatus status) {
        latest = status;
        if (status == null) return;
        cpu.read(status);
        if (status.committedStep() < committed && isFirstHand(status))
            regressions.add("step " + committed + " was committed, then " + status.committedStep() + " was the last");
        committed = Math.max(committed, status.committedStep());
    }

    /** A coordinator that does not lead knows no workers, and of the ledger only what has come to it. */
    private static boolean isFirstHand(RunStatus status) {
        return !status.workers().isEmpty();
    }

    Optional<RunStatus> latest() {
        return Optional.ofNullable(latest);
    }

    /** Largest step ever told to be committed. */
    long committed() {
        return committed;
    }

    synchronized Mark mark() {
        return new Mark(clock.epochMillis(), cpu.memberSeconds(), cpu.compilerSeconds());
    }

    /** Committed steps that were not committed any more. */
    synchronized List<String> regressions() {
        return List.copyOf(regressions);
    }

    /** Waits until more is committed than was at a step. @return whether it came to that in time */
    boolean beyond(long step, long millis) {
        long until = clock.nanos() + millis * 1_000_000;
        while (clock.nanos() < until) {
            RunStatus now = latest;
            if (now != null && now.state().equals("training") && now.committedStep() > step) return true;
            if (!job.launcher().isAlive() && now == null) LockSupport.parkNanos(PERIOD_NANOS);
            LockSupport.parkNanos(5_000_000);
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
