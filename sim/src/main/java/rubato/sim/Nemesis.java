package rubato.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import rubato.random.SplitMix;
import rubato.testkit.LinkFaults;

/** Draws a schedule's mix of faults from its seed and lets them happen, one after another, until it is time to heal. */
final class Nemesis {
    private static final long MS = Scenario.MS;

    private final Stage stage;
    private final Cluster cluster;
    private final SplitMix random;
    private final SplitMix replays;
    private final SplitMix odd;
    private final List<Fault> mix = new ArrayList<>();
    private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    private final long meanNanos;
    private boolean healed;

    Nemesis(Stage stage, Cluster cluster) {
        this.stage = stage;
        this.cluster = cluster;
        this.random = SplitMix.forPurpose(stage.scenario.seed(), 4);
        this.replays = SplitMix.forPurpose(stage.scenario.seed(), 5);
        this.odd = SplitMix.forPurpose(stage.scenario.seed(), 11);
        int oneIn = 1 + random.nextInt(4);
        for (Fault fault : Fault.values())
            if (fault != Fault.UNREPEATABLE && random.nextInt(oneIn) == 0 && isCommon(fault)) mix.add(fault);
        this.meanNanos = (150 + random.nextInt(1500)) * MS;
    }

    /** Some faults end much; few schedules have them. */
    private boolean isCommon(Fault fault) {
        return switch (fault) {
            case STOP, KILL_EVERYTHING, SCALE -> random.nextInt(6) == 0;
            default -> true;
        };
    }

    void start() {
        if (!mix.isEmpty()) next();
        if (replays.nextInt(2) == 0) replayNext();
        if (odd.nextInt(4) == 0) deviateNext(100 + odd.nextInt(3000));
        stage.queue.at(stage.scenario.faultsNanos(), this::heal);
    }

    /** Old messages come again, in every second schedule; a stream of chance of its own. */
    private void replayNext() {
        stage.queue.after((10L + replays.nextInt(400)) * MS, () -> {
            if (healed || cluster.isOver()) return;
            cluster.replay(replays.nextInt(1 << 20), replays.nextInt(2) == 0);
            replayNext();
        });
    }

    /** Contributions come out as they never will again, in every fourth schedule; a stream of chance of its own, too. */
    private void deviateNext(int meanMillis) {
        stage.queue.after((10L + odd.nextInt(2 * meanMillis)) * MS, () -> {
            if (healed || cluster.isOver()) return;
            happened.merge(Fault.UNREPEATABLE, 1, Integer::sum);
            stage.trace("nemesis", Fault.UNREPEATABLE);
            cluster.deviate(odd.nextInt(1 << 20));
            deviateNext(meanMillis);
        });
    }

    Map<Fault, Integer> happened() {
        return happened;
    }

    private void next() {
        long wait = (long) (-StrictMath.log(1 - random.nextDouble()) * meanNanos);
        stage.queue.after(wait, () -> {
            if (healed || cluster.isOver()) return;
            Fault fault = mix.get(random.nextInt(mix.size()));
            happened.merge(fault, 1, Integer::sum);
            stage.trace("nemesis", fault);
            strike(fault);
            next();
        });
    }

    private void heal() {
        healed = true;
        stage.trace("nemesis", "faults stop");
        stage.network.healAll();
        stage.network.faults(Stage.SOUND);
        stage.disk.heal();
        cluster.heal();
    }

    private long duration() {
        return (50 + random.nextInt(random.nextInt(2) == 0 ? 500 : 4000)) * MS;
    }

    private void after(long nanos, Runnable undo) {
        stage.queue.after(nanos, () -> {
            if (!healed) undo.run();
        });
    }

    private void strike(Fault fault) {
        switch (fault) {
            case KILL_WORKER -> cluster.kill(worker(), false);
            case LOSE_MACHINE -> cluster.kill(worker(), true);
            case PAUSE_WORKER -> pause(worker());
            case SLOW_WORKER -> slow(worker());
            case LEAVE -> cluster.leave(worker());
            case JOIN -> cluster.add(random.nextInt(3) == 0);
            case SCALE -> cluster.scale(1 + random.nextInt(stage.scenario.max()));
            case ONE_WAY_CUT -> cut(host(), host());
            case PARTITION -> partition();
            case BAD_LINKS -> badLinks();
            case KILL_COORDINATOR -> cluster.killCoordinator();
            case POWER_CUT -> cluster.cutPower(random.nextInt(6));
            case PAUSE_COORDINATOR -> pauseCoordinator();
            case CLOCK_JUMP -> cluster.jumpClock((1 + random.nextInt(20)) * Scenario.SECOND);
            case DISK_FULL -> diskFull();
            case DISK_ERROR -> diskError();
            case BIT_FLIPS_ON_READ -> flips();
            case BAD_ARITHMETIC -> cluster.poison(worker());
            case BIT_FLIP_IN_MEMORY -> cluster.flipBit(worker(), random.nextInt(64));
            case KILL_EVERYTHING -> cluster.killEverything(random.nextInt(2) == 0);
            case STOP -> cluster.stop();
            case UNREPEATABLE -> throw new IllegalStateException("not of the mix");
        }
    }

    private int worker() {
        return random.nextInt(1 << 20);
    }

    /** A host: 0 is the coordinator's. */
    private int host() {
        return random.nextInt(3) == 0 ? SimulatedCoordinator.HOST : cluster.hostOf(worker());
    }

    private void pause(int worker) {
        cluster.pause(worker, duration());
    }

    private void slow(int worker) {
        cluster.slow(worker, 2 + random.nextInt(30), duration());
    }

    private void cut(int from, int to) {
        if (from == to) return;
        stage.network.cut(from, to);
        after(duration(), () -> stage.network.heal(from, to));
    }

    /** One link both ways, or one host from everybody. */
    private void partition() {
        int one = host();
        if (random.nextInt(2) == 0) {
            int other = host();
            cut(one, other);
            cut(other, one);
            return;
        }
        for (int other : cluster.hosts()) {
            cut(one, other);
            cut(other, one);
        }
    }

    private void badLinks() {
        stage.network.faults(new LinkFaults(
                (1 + random.nextInt(30)) * MS,
                random.nextInt(3) == 0 ? 20 + random.nextInt(200) : 0,
                random.nextInt(2) == 0 ? 2 + random.nextInt(20) : 0,
                random.nextInt(2) == 0 ? 2 + random.nextInt(30) : 0,
                (1 + random.nextInt(800)) * MS));
        after(duration(), () -> stage.network.faults(Stage.SOUND));
    }

    private void pauseCoordinator() {
        cluster.pauseCoordinator(duration());
    }

    private void diskFull() {
        stage.disk.fillUpAfter(random.nextInt(3000));
        after(duration(), stage.disk::heal);
    }

    private void diskError() {
        if (random.nextInt(2) == 0) stage.disk.failForceAfter(random.nextInt(4));
        else stage.disk.dieAfter(random.nextInt(10));
        after(duration(), stage.disk::heal);
    }

    private void flips() {
        stage.disk.flipBits(1 + random.nextInt(4));
        after(duration(), () -> stage.disk.flipBits(0));
    }
}
