package rubato.signal;

import rubato.step.StepTimes;

/** One rank's times summed over a window, and the fit that outlives it. */
record WindowTimes(
        String worker,
        long steps,
        long samples,
        double compute,
        double waiting,
        double wire,
        double ready,
        ComputeTime fit) {
    static WindowTimes start(String worker) {
        return new WindowTimes(worker, 0, 0, 0, 0, 0, 0, ComputeTime.START);
    }

    WindowTimes plus(StepTimes step) {
        return new WindowTimes(
                worker,
                steps + 1,
                samples + step.samples(),
                compute + step.computeNanos(),
                waiting + step.waitNanos(),
                wire + step.wireNanos(),
                ready + step.readyNanos(),
                fit.next(step.samples(), step.ownNanos()));
    }

    /** The same rank at the start of a new window. */
    WindowTimes emptied() {
        return new WindowTimes(worker, 0, 0, 0, 0, 0, 0, fit);
    }

    /** Mean per step. */
    double readyNanos() {
        return ready / Math.max(1, steps);
    }

    RankTimes means() {
        double n = Math.max(1, steps);
        return new RankTimes(worker, samples / n, compute / n, waiting / n, wire / n, fit.fit());
    }
}
