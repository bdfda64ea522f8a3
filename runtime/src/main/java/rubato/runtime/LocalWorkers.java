package rubato.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import rubato.error.RubatoException;
import rubato.protocol.Pool;

/**
 * Worker processes on this machine, each with its own log. Those that die are replaced as long as the run wants them, by a standby
 * where there are standbys, since one of them has taken the place by then; later each time if they die before they have trained, and at
 * last no more ({@link Starts}). Those that left are started again when more are wanted. All end when this object is closed.
 */
final class LocalWorkers implements AutoCloseable {
    /**
     * How to start one.
     *
     * @param command JVM, its arguments, class path and main class; the worker's own arguments are added
     * @param needed so few of them are too few for the run
     * @param hosts addresses they listen on, taken in turn; empty for the usual one
     */
    record Launch(
            List<String> command,
            Map<String, String> environment,
            Path runDirectory,
            boolean respawn,
            int needed,
            List<String> hosts) {}

    /** Who hears of workers that ended. */
    interface Owner {
        void lost(String worker, String reason);

        /** One is not started any more; the others are enough. */
        void gaveUp(String line);

        /** Too few are left that are started. */
        void hopeless(String reason);
    }

    /** The start of a standby takes the processors that those who are left need to go on. */
    private static final long RESPITE_MILLIS = 1000;

    private static final class Slot {
        final int number;
        Process process;
        long startedNanos;
        Starts starts = Starts.NONE;
        boolean givenUp;
        /** A step was committed with it as a member. */
        boolean proven;

        Slot(int number, Process process) {
            this.number = number;
            this.process = process;
        }
    }

    private final Launch launch;
    private final Owner owner;
    private final ScheduledExecutorService later = scheduler();

    /** Guarded by this. */
    private final Map<Integer, Slot> slots = new HashMap<>();

    private final Pool pool;
    private boolean closed;

    LocalWorkers(Launch launch, Pool pool, Owner owner) {
        this.launch = launch;
        this.pool = pool;
        this.owner = owner;
    }

    private static ScheduledExecutorService scheduler() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "rubato-respawn");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return scheduler;
    }

    static String name(int number) {
        return String.format("worker-%03d", number);
    }

    /** Sees to it that so many workers run, and the standbys of the pool besides. */
    synchronized void want(int workers) {
        pool.want(workers);
        for (int number = 0; number < pool.size(); number++) {
            Slot slot = slots.get(number);
            if (slot != null && slot.process.isAlive()) continue;
            boolean placeIsTaken = slot != null && pool.hasStandbys();
            start(number, number >= workers || placeIsTaken, Starts.NONE);
        }
    }

    /** These have been members when a step was committed: if they die, it is not because they cannot start. */
    synchronized void proven(List<String> workers) {
        for (Slot slot : slots.values()) if (workers.contains(name(slot.number))) slot.proven = true;
    }

    private void start(int number, boolean standby, Starts starts) {
        if (closed) return;
        String name = name(number);
        Path log = launch.runDirectory().resolve("logs").resolve(name + ".log");
        List<String> command = new ArrayList<>(launch.command());
        command.addAll(List.of("worker", "--run", launch.runDirectory().toString(), "--name", name));
        if (standby) command.add("--standby");
        if (!launch.hosts().isEmpty())
            command.addAll(
                    List.of("--host", launch.hosts().get(number % launch.hosts().size())));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(launch.environment());
        builder.environment()
                .put(WorkerStart.PARENT, Long.toString(ProcessHandle.current().pid()));
        try {
            Process process = builder.start();
            Slot slot = new Slot(number, process);
            slot.startedNanos = System.nanoTime();
            slot.starts = starts;
            slots.put(number, slot);
            process.onExit().thenAccept(done -> ended(slot, done.exitValue(), log));
        } catch (IOException e) {
            throw RubatoException.failed("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    private void ended(Slot slot, int exitCode, Path log) {
        String name = name(slot.number);
        owner.lost(name, "exit code " + exitCode + ", see " + log);
        boolean left = exitCode == 0 || exitCode == Interrupts.TERMINATED;
        synchronized (this) {
            if (closed || left || !launch.respawn() || slot.number >= pool.size()) return;
            Starts starts = slot.starts.after(slot.proven, System.nanoTime() - slot.startedNanos, exitCode);
            if (starts.areTooMany()) {
                giveUp(
                        slot,
                        name + " was started " + starts.failed() + " times in a row and never became a member: "
                                + "exit code " + exitCode + ", see " + log);
                return;
            }
            long millis = (pool.hasStandbys() ? RESPITE_MILLIS : 0) + starts.pauseMillis();
            later.schedule(() -> restart(slot, starts), millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Lock held. */
    private void giveUp(Slot slot, String why) {
        slot.givenUp = true;
        long left = pool.size()
                - slots.values().stream()
                        .filter(each -> each.givenUp && each.number < pool.size())
                        .count();
        if (left < launch.needed()) owner.hopeless(why);
        else owner.gaveUp(why + "; the run goes on without it, `rubato scale` starts it again");
    }

    private void restart(Slot slot, Starts starts) {
        try {
            synchronized (this) {
                boolean replaced = slots.get(slot.number) != slot;
                if (!replaced && slot.number < pool.size()) start(slot.number, pool.hasStandbys(), starts);
            }
        } catch (RubatoException e) {
            owner.hopeless(String.valueOf(e.getMessage()));
        }
    }

    private synchronized List<Process> processes() {
        return slots.values().stream().map(slot -> slot.process).toList();
    }

    /** Waits up to this long for all to end by themselves. */
    void await(long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        try {
            for (Process process : processes()) {
                process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void kill() {
        synchronized (this) {
            closed = true;
        }
        processes().forEach(Process::destroyForcibly);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        later.shutdownNow();
        await(2000);
        kill();
        await(1000);
    }
}
