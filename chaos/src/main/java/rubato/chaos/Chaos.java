package rubato.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.chaos.proxy.Addresses;
import rubato.chaos.proxy.ChaosProxy;
import rubato.chaos.proxy.Sky;
import rubato.error.RubatoException;
import rubato.protocol.RunStatus;
import rubato.random.SplitMix;
import rubato.runtime.WorkerStart;
import rubato.seam.Clock;
import rubato.verify.Verification;
import rubato.verify.Verifier;

/** Trains in real processes, does one fault after another to them, ends the run in order and says what its files prove. */
public final class Chaos {
    /**
     * @param rubato the command, without its arguments
     * @param worker the same where it is to run a worker
     * @param configuration arguments of {@code train} that say what to train
     * @param directory of the run; must not exist
     * @param workers how many the run wants
     * @param kinds labels of the faults to do; empty for all
     * @param apart whether the coordinator is a process of its own
     * @param faults how many, {@code Integer.MAX_VALUE} for no bound
     * @param millis how long faults are done, {@code Long.MAX_VALUE} for no bound
     * @param calmMillis length of the fault-free stretch before
     * @param everyMillis mean time from one recovery to the next fault
     */
    public record Options(
            List<String> rubato,
            List<String> worker,
            List<String> configuration,
            Map<String, String> environment,
            Path directory,
            int workers,
            List<String> kinds,
            boolean apart,
            long seed,
            int faults,
            long millis,
            long calmMillis,
            long everyMillis) {}

    private static final List<String> HOSTS = addresses(1, 8);
    private static final List<String> EXTRA_HOSTS = addresses(101, 108);
    private static final long START_MILLIS = 120_000;
    private static final long PROGRESS_MILLIS = 30_000;
    private static final long END_SECONDS = 60;
    private static final long GAP_MILLIS = 10_000;

    private final Options options;
    private final Clock clock;
    private final Consumer<String> progress;
    private final List<Struck> struck = new ArrayList<>();
    private final Lull lull;
    private final List<String> violations = new ArrayList<>();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "rubato-chaos-later");
        thread.setDaemon(true);
        return thread;
    });

    public Chaos(Options options, Clock clock, Consumer<String> progress) {
        this.options = options;
        this.clock = clock;
        this.lull = new Lull(clock);
        this.progress = progress;
    }

    private static List<String> addresses(int from, int to) {
        List<String> addresses = new ArrayList<>();
        for (int i = from; i <= to; i++) addresses.add("127.0.1." + i);
        return List.copyOf(addresses);
    }

    /** Labels of all faults. */
    public static List<String> kinds() {
        return List.of(FaultKind.values()).stream().map(FaultKind::label).toList();
    }

    public Outcome run() {
        List<FaultKind> kinds = possible();
        boolean proxied = kinds.stream().anyMatch(kind -> kind.needs == FaultKind.Needs.PROXY);
        boolean room = kinds.stream().anyMatch(kind -> kind.needs == FaultKind.Needs.NAMESPACE);
        Path mount = options.directory();
        Path run = room ? mount.resolve("run") : mount;
        if (room) {
            Firewall.set();
            Room.mountDisk(mount);
        }
        Sky sky = new Sky();
        try (ChaosProxy proxy = ChaosProxy.open(sky)) {
            Schedule schedule = new Schedule(kinds, options.everyMillis() / 2, options.everyMillis() * 3 / 2);
            Faults faults = new Faults(new LinkFaults(sky), new DiskFaults(mount));
            Outcome outcome = train(run, proxied || room, proxied ? proxy.address() : "", schedule, faults);
            if (room) Room.unmountDisk(mount, run);
            return outcome;
        } catch (IOException e) {
            throw RubatoException.failed("the proxy cannot listen: " + e.getMessage(), e);
        } finally {
            later.shutdownNow();
        }
    }

    /** @param hosts whether each worker is to have an address of its own */
    private Outcome train(Path run, boolean hosts, String proxy, Schedule schedule, Faults faults) {
        List<String> configuration = new ArrayList<>(options.configuration());
        if (hosts) configuration.addAll(List.of("--set", "workers.hosts=\"" + String.join(" ", HOSTS) + "\""));
        if (options.apart()) configuration.addAll(List.of("--set", "coordinators.embedded=false"));
        Map<String, String> environment = new HashMap<>(options.environment());
        if (!proxy.isEmpty()) environment.put(WorkerStart.PROXY, proxy);
        try (Job job = new Job(
                options.rubato(), options.worker(), configuration, environment, run, hosts ? EXTRA_HOSTS : List.of())) {
            progress.accept("seed " + options.seed() + ", run " + run + ", output " + job.log());
            job.start();
            try (Watch watch = new Watch(job, clock)) {
                if (!watch.beyond(0, START_MILLIS)) throw notStarted(job);
                return harmed(job, watch, schedule, faults);
            }
        }
    }

    /** Those asked for that this machine and this run allow. */
    private List<FaultKind> possible() {
        List<FaultKind> kinds = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            boolean asked = options.kinds().isEmpty() || options.kinds().contains(kind.label());
            boolean can = switch (kind.needs) {
                case NOTHING -> true;
                case COORDINATOR -> options.apart();
                case PROXY -> Addresses.isOurs(HOSTS.get(0));
                case NAMESPACE -> Room.isHere();
            };
            if (asked && can) kinds.add(kind);
            else if (asked && !options.kinds().isEmpty())
                throw RubatoException.usage(kind.label() + " needs "
                        + kind.needs.name().toLowerCase(Locale.ROOT) + ", which this run does not have");
        }
        return kinds;
    }

    private static RubatoException notStarted(Job job) {
        return RubatoException.failed(
                "the run did not start to train within " + START_MILLIS / 1000 + " s, see " + job.log());
    }

    private Outcome harmed(Job job, Watch watch, Schedule schedule, Faults faults) {
        sleep(options.calmMillis() / 3);
        Watch.Mark calm = watch.mark();
        sleep(options.calmMillis());
        Watch.Mark start = watch.mark();
        strikes(job, watch, schedule, faults);
        Watch.Mark end = watch.mark();
        heal();
        boolean finished = finish(job, watch);
        violations.addAll(watch.regressions());
        return outcome(job, watch, finished, calm, start, end);
    }

    private void strikes(Job job, Watch watch, Schedule schedule, Faults faults) {
        SplitMix random = new SplitMix(options.seed());
        long until = options.millis() == Long.MAX_VALUE ? Long.MAX_VALUE : clock.nanos() + options.millis() * 1_000_000;
        while (struck.size() < options.faults() && clock.nanos() < until) {
            sleep(schedule.pauseMillis(random));
            FaultKind kind = schedule.next(random);
            RunStatus status = watch.latest().orElse(null);
            if (status == null && launcherEnded(job)) return;
            if (status == null ? violated(lull.silent()) : violated(answered(job, status))) return;
            if (status == null) continue;
            long committed = status.committedStep();
            Struck fault = strike(faults, kind, new Scene(job, status, random, clock, later, options.workers()));
            if (fault == null) {
                if (violated(lull.refused(kind))) return;
                continue;
            }
            lull.struck();
            struck.add(fault);
            progress.accept(String.format("%4d %-14s %s", struck.size(), kind.label(), fault.target()));
            if (watch.beyond(Math.max(committed, watch.committed()), PROGRESS_MILLIS)) continue;
            violations.add("nothing was committed for " + PROGRESS_MILLIS / 1000 + " s after " + kind.label() + " of "
                    + fault.target());
            return;
        }
    }

    private Optional<String> answered(Job job, RunStatus status) {
        return lull.answered(status.coordinators().size(), job.coordinators());
    }

    private boolean violated(Optional<String> violation) {
        violation.ifPresent(violations::add);
        return violation.isPresent();
    }

    private @Nullable Struck strike(Faults faults, FaultKind kind, Scene scene) {
        try {
            return faults.strike(kind, scene).orElse(null);
        } catch (RubatoException e) {
            progress.accept(kind.label() + ": " + e.getMessage());
            return null;
        }
    }

    private boolean launcherEnded(Job job) {
        if (job.launcher().isAlive()) return false;
        if (job.launcher().exitValue() != 0)
            violations.add("the run ended with exit code " + job.launcher().exitValue() + ", see " + job.log());
        return true;
    }

    /** What is to be undone is undone. */
    private void heal() {
        later.shutdown();
        try {
            later.awaitTermination(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean finish(Job job, Watch watch) {
        if (job.launcher().isAlive()) {
            if (!watch.beyond(watch.committed(), PROGRESS_MILLIS))
                violations.add("nothing was committed for " + PROGRESS_MILLIS / 1000 + " s after the last fault");
            try {
                job.operator().stop();
            } catch (RubatoException e) {
                violations.add("the run could not be stopped: " + e.getMessage());
            }
        }
        if (!job.ended(END_SECONDS)) {
            violations.add("the run did not end within " + END_SECONDS + " s of being asked to");
            return false;
        }
        if (job.launcher().exitValue() == 0) return true;
        violations.add("the run ended with exit code " + job.launcher().exitValue() + ", see " + job.log());
        return false;
    }

    private Outcome outcome(Job job, Watch watch, boolean finished, Watch.Mark calm, Watch.Mark start, Watch.Mark end) {
        Verification verified = Verifier.verify(job.directory());
        violations.addAll(verified.violations());
        if (verified.steps() < watch.committed() && verified.rollbacks() == 0)
            violations.add("step " + watch.committed() + " was told to be committed, the ledger ends at step "
                    + verified.steps());
        Aftermath aftermath = new Aftermath(Timeline.read(job.directory()), struck);
        long gap = aftermath.longestGapMillis(start, end);
        if (gap > GAP_MILLIS) violations.add("nothing was committed for " + gap + " ms while the launcher lived");
        return new Outcome(
                job.directory(),
                options.seed(),
                finished,
                (end.epochMillis() - start.epochMillis()) * 1e-3,
                aftermath.recoveries(),
                verified.steps(),
                verified.generations(),
                Rollbacks.stepsLost(job.directory()),
                aftermath.perCpu(start, end) / aftermath.perCpu(calm, start),
                aftermath.perWork(start, end) / aftermath.perWork(calm, start),
                aftermath.perSecond(start, end) / aftermath.perSecond(calm, start),
                gap,
                violations);
    }

    private void sleep(long millis) {
        long until = clock.nanos() + millis * 1_000_000;
        for (long left = millis * 1_000_000; left > 0; left = until - clock.nanos()) LockSupport.parkNanos(left);
    }
}
