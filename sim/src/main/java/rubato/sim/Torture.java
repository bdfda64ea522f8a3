package rubato.sim;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import rubato.random.Mix64;

/**
 * Many schedules, each from a seed of its own derived from the first, as many at a time as there are processors; every line it prints is the
 * same whenever it is run again, however many that are.
 */
public final class Torture {
    /** What all schedules together saw. */
    public record Total(long schedules, long steps, long generations, long rollbacks, long faults, long failures) {
        public boolean ok() {
            return failures == 0;
        }

        @Override
        public String toString() {
            return schedules + " schedules, " + steps + " steps committed, " + generations + " generations, "
                    + rollbacks + " rollbacks, " + faults + " faults, " + failures + " violations";
        }
    }

    private static final int CHUNK = 256;

    private final Consumer<String> print;
    private volatile boolean stopped;

    public Torture(Consumer<String> print) {
        this.print = print;
    }

    /** The seed of the schedule at an index: the first is the seed itself, so that any printed seed replays alone. */
    static long seedOf(long seed, long index) {
        return index == 0 ? seed : Mix64.mix(seed, index);
    }

    /** No more are begun; from any thread. */
    public void stop() {
        stopped = true;
    }

    private static List<Schedule.Outcome> outcomes(long seed, long from, long to) {
        return LongStream.range(from, to)
                .parallel()
                .mapToObj(index -> Schedule.run(seedOf(seed, index)))
                .toList();
    }

    /** Runs schedules until all are done, one fails, or it is stopped. */
    public Total run(long seed, long schedules) {
        if (schedules < 1) throw new IllegalArgumentException("schedules must be >= 1, was " + schedules);
        long steps = 0;
        long generations = 0;
        long rollbacks = 0;
        long faults = 0;
        long done = 0;
        while (done < schedules && !stopped) {
            for (Schedule.Outcome outcome : outcomes(seed, done, Math.min(schedules, done + CHUNK))) {
                done++;
                steps += outcome.steps();
                generations += outcome.generations();
                rollbacks += outcome.rollbacks();
                faults += outcome.faults();
                if (schedules == 1) print.accept(line(outcome));
                if (outcome.ok()) continue;
                print.accept(
                        "violation: seed " + outcome.seed() + " step " + outcome.step() + ": " + outcome.violation());
                print.accept("replay: rubato torture --seed " + outcome.seed());
                return new Total(done, steps, generations, rollbacks, faults, 1);
            }
        }
        return new Total(done, steps, generations, rollbacks, faults, 0);
    }

    private static String line(Schedule.Outcome outcome) {
        return "seed " + outcome.seed() + ": " + outcome.status() + " after " + outcome.steps() + " steps, "
                + outcome.generations() + " generations, " + outcome.rollbacks() + " rollbacks, " + outcome.faults()
                + " faults, " + outcome.events() + " events";
    }
}
