package rubato.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import rubato.error.RubatoException;
import rubato.protocol.RunStatus;

/** How each kind of fault is done to processes. */
final class Faults {
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private static final long ORPHANS_SECONDS = 20;
    private final LinkFaults links;
    private final DiskFaults disk;
    private int joined;

    Faults(LinkFaults links, DiskFaults disk) {
        this.links = links;
        this.disk = disk;
    }

    /** Does it; empty if the run as it is now offers nothing to do it to. */
    Optional<Struck> strike(FaultKind kind, Scene scene) {
        int members = scene.members().size();
        if (members == 0) return Optional.empty();
        return switch (kind) {
            case KILL -> members < 2 ? Optional.empty() : kill(kind, scene, 1);
            case KILL_TWO -> members < 3 ? Optional.empty() : kill(kind, scene, 2);
            case KILL_WORKERS -> kill(kind, scene, members);
            case KILL_LAUNCHER -> killLauncher(scene);
            case PAUSE -> members < 2 ? Optional.empty() : pause(scene);
            case JOIN -> join(scene);
            case LEAVE -> members < 2 ? Optional.empty() : leave(scene);
            case SCALE -> scale(scene);
            case KILL_COORDINATOR ->
                coordinator(scene).map(pid -> {
                    Struck struck = scene.now(kind, "coordinator");
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                    return struck;
                });
            case PAUSE_COORDINATOR -> coordinator(scene).map(pid -> paused(kind, scene, "coordinator", pid));
            case CUT, CUT_ONE_WAY, CUT_LINK, FLAP, SLOW_LINK, FLIP, HALF_OPEN, DROP, DROP_ONE_WAY ->
                links.strike(kind, scene);
            case FULL_DISK, SLOW_DISK -> disk.strike(kind, scene);
        };
    }

    /** The process of the coordinator that leads, where it is not the launcher itself; with several only while all of them run. */
    private static Optional<Long> coordinator(Scene scene) {
        List<RunStatus.CoordinatorStatus> all = scene.status().coordinators();
        boolean several = scene.job().coordinators() > 1;
        if (several && (all.size() < scene.job().coordinators() || !all.stream().allMatch(Faults::isSettled)))
            return Optional.empty();
        return all.stream()
                .filter(c -> c.role().equals("leader"))
                .map(RunStatus.CoordinatorStatus::pid)
                .filter(pid -> pid > 0 && pid != scene.job().launcher().pid())
                .findFirst();
    }

    /** One that has just been started again has yet to catch up: without it the others are no majority that could lose one. */
    private static boolean isSettled(RunStatus.CoordinatorStatus coordinator) {
        return ProcessHandle.of(coordinator.pid())
                .flatMap(process -> process.info().startInstant())
                .map(start -> start.isBefore(Instant.now().minus(SETTLED)))
                .orElse(false);
    }

    private static Optional<Struck> kill(FaultKind kind, Scene scene, int count) {
        List<RunStatus.WorkerStatus> members = scene.members();
        int first = scene.random().nextInt(members.size());
        StringBuilder target = new StringBuilder();
        long at = scene.clock().epochMillis();
        for (int i = 0; i < count; i++) {
            RunStatus.WorkerStatus victim = members.get((first + i) % members.size());
            Optional<ProcessHandle> process = ProcessHandle.of(victim.pid()).filter(ProcessHandle::isAlive);
            if (process.isEmpty()) continue;
            process.get().destroyForcibly();
            target.append(target.isEmpty() ? "" : ", ").append(victim.id());
        }
        return target.isEmpty() ? Optional.empty() : Optional.of(new Struck(kind, target.toString(), at, at));
    }

    private static Optional<Struck> killLauncher(Scene scene) {
        Process launcher = scene.job().launcher();
        List<ProcessHandle> orphans = launcher.descendants().toList();
        Struck struck = scene.now(FaultKind.KILL_LAUNCHER, "launcher");
        launcher.destroyForcibly();
        scene.job().ended(ORPHANS_SECONDS);
        for (ProcessHandle orphan : orphans) ended(orphan);
        scene.job().resume();
        return Optional.of(new Struck(
                struck.kind(), struck.target(), struck.at(), scene.clock().epochMillis()));
    }

    /** Workers end with their launcher. */
    private static void ended(ProcessHandle orphan) {
        try {
            orphan.onExit().get(ORPHANS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw RubatoException.failed(
                    "worker process " + orphan.pid() + " outlives its launcher by " + ORPHANS_SECONDS + " s");
        }
    }

    private static Optional<Struck> pause(Scene scene) {
        RunStatus.WorkerStatus victim = scene.anyMember();
        return Optional.of(paused(FaultKind.PAUSE, scene, victim.id(), victim.pid()));
    }

    private static Struck paused(FaultKind kind, Scene scene, String who, long pid) {
        long millis = scene.between(200, 4000);
        Struck struck = scene.now(kind, who);
        signal("STOP", pid);
        scene.after(millis, () -> signal("CONT", pid));
        return new Struck(kind, who + " for " + millis + " ms", struck.at(), struck.at() + millis);
    }

    private static void signal(String signal, long pid) {
        if (ProcessHandle.of(pid).isPresent()) Shell.run("kill", "-" + signal, Long.toString(pid));
    }

    private Optional<Struck> join(Scene scene) {
        String name = "joiner-" + ++joined;
        Struck struck = scene.now(FaultKind.JOIN, name);
        scene.job().join(name);
        long stay = scene.between(5000, 15000);
        scene.after(stay, () -> scene.job().operator().leave(name));
        return Optional.of(new Struck(struck.kind(), name, struck.at(), struck.at() + stay));
    }

    private static Optional<Struck> leave(Scene scene) {
        RunStatus.WorkerStatus victim = scene.anyMember();
        Struck struck = scene.now(FaultKind.LEAVE, victim.id());
        scene.job().operator().leave(victim.id());
        scene.after(500, () -> scene.job().operator().scale(scene.workers()));
        return Optional.of(struck);
    }

    private static Optional<Struck> scale(Scene scene) {
        int wanted = (int) scene.between(1, scene.workers() + 1L);
        Struck struck = scene.now(FaultKind.SCALE, "to " + wanted);
        scene.job().operator().scale(wanted);
        long stay = scene.between(1000, 4000);
        scene.after(stay, () -> scene.job().operator().scale(scene.workers()));
        return Optional.of(new Struck(struck.kind(), struck.target(), struck.at(), struck.at() + stay));
    }
}
