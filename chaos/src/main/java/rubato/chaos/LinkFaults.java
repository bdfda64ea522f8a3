package rubato.chaos;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import rubato.chaos.proxy.Sky;
import rubato.chaos.proxy.Weather;
import rubato.protocol.RunStatus;

/** Faults of the network between members: by the proxy on any machine, by the kernel in a {@link Room}. */
final class LinkFaults {
    private static final long FLAP_MILLIS = 300;
    private static final int FLAPS = 4;

    private final Sky sky;

    LinkFaults(Sky sky) {
        this.sky = sky;
    }

    Optional<Struck> strike(FaultKind kind, Scene scene) {
        List<RunStatus.WorkerStatus> members = scene.members();
        if (members.size() < 2) return Optional.empty();
        int first = scene.random().nextInt(members.size());
        RunStatus.WorkerStatus victim = members.get(first);
        RunStatus.WorkerStatus other = members.get((first + 1) % members.size());
        long millis = scene.between(300, 4000);
        return switch (kind) {
            case CUT -> until(scene, kind, victim, millis, () -> cut(victim, true, true), () -> heal(victim));
            case CUT_ONE_WAY -> {
                boolean out = scene.random().nextInt(2) == 0;
                yield until(scene, kind, victim, millis, () -> cut(victim, out, !out), () -> heal(victim));
            }
            case CUT_LINK ->
                until(
                        scene,
                        kind,
                        victim,
                        millis,
                        () -> link(victim, other, Weather.CUT),
                        () -> link(victim, other, Weather.FINE));
            case FLAP -> flap(scene, victim);
            case SLOW_LINK -> {
                Weather slow = Weather.slow(scene.between(1, 20), scene.between(2, 20) * 1_000_000);
                yield until(scene, kind, victim, millis, () -> both(victim, slow), () -> heal(victim));
            }
            case FLIP -> {
                Struck struck = scene.now(kind, victim.id());
                sky.flip(address(victim));
                yield Optional.of(new Struck(kind, victim.id(), struck.at(), struck.at() + 500));
            }
            case HALF_OPEN -> {
                Struck struck = scene.now(kind, victim.id());
                cut(victim, true, true);
                ProcessHandle.of(victim.pid()).ifPresent(ProcessHandle::destroyForcibly);
                scene.after(3000, () -> heal(victim));
                yield Optional.of(struck);
            }
            case DROP -> dropped(scene, kind, victim, millis, true, true);
            case DROP_ONE_WAY -> {
                boolean out = scene.random().nextInt(2) == 0;
                yield dropped(scene, kind, victim, millis, out, !out);
            }
            default -> Optional.empty();
        };
    }

    private static Optional<Struck> until(
            Scene scene, FaultKind kind, RunStatus.WorkerStatus victim, long millis, Runnable act, Runnable undo) {
        Struck struck = scene.now(kind, victim.id());
        act.run();
        scene.after(millis, undo);
        return Optional.of(new Struck(kind, victim.id() + " for " + millis + " ms", struck.at(), struck.at() + millis));
    }

    private static Optional<Struck> dropped(
            Scene scene, FaultKind kind, RunStatus.WorkerStatus victim, long millis, boolean from, boolean to) {
        return until(
                scene,
                kind,
                victim,
                millis,
                () -> Firewall.drop(victim.host(), from, to),
                () -> Firewall.let(victim.host(), from, to));
    }

    private Optional<Struck> flap(Scene scene, RunStatus.WorkerStatus victim) {
        Struck struck = scene.now(FaultKind.FLAP, victim.id());
        for (int i = 0; i < FLAPS; i++) {
            scene.after(2L * i * FLAP_MILLIS, () -> cut(victim, true, true));
            scene.after((2L * i + 1) * FLAP_MILLIS, () -> heal(victim));
        }
        return Optional.of(new Struck(struck.kind(), victim.id(), struck.at(), struck.at() + 2 * FLAPS * FLAP_MILLIS));
    }

    private void cut(RunStatus.WorkerStatus victim, boolean out, boolean in) {
        if (out) sky.from(address(victim), Weather.CUT);
        if (in) sky.to(address(victim), Weather.CUT);
    }

    private void both(RunStatus.WorkerStatus victim, Weather weather) {
        sky.from(address(victim), weather);
        sky.to(address(victim), weather);
    }

    private void heal(RunStatus.WorkerStatus victim) {
        both(victim, Weather.FINE);
    }

    private void link(RunStatus.WorkerStatus one, RunStatus.WorkerStatus other, Weather weather) {
        sky.between(address(one), address(other), weather);
        sky.between(address(other), address(one), weather);
    }

    private static InetAddress address(RunStatus.WorkerStatus worker) {
        try {
            return InetAddress.getByName(worker.host());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("worker " + worker.id() + " is at '" + worker.host() + "'", e);
        }
    }
}
