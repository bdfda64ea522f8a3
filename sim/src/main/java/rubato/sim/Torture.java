package rubato.sim;

import java.util.function.Consumer;
import rubato.random.Mix64;

/** Many schedules one after another, each from a seed of its own derived from the first; every line it prints is the same whenever it is run again. */
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

    private final Consumer<String> print;

    public Torture(Consumer<String> print) {
        this.print = print;
    }

    /** The seed of the schedule at an index: the first is the seed itself, so that any printed seed replays alone. */
    static long seedOf(long seed, long index) {
        return index == 0 ? seed : Mix64.mix(seed, index);
    }

    /** Runs schedules until all are done or one fails. */
    public Total run(long seed, long schedules) {
        if (schedules < 1) throw new IllegalArgumentException("schedules must be >= 1, was " + schedules);
        long steps = 0;
        long generations = 0;
        long rollbacks = 0;
        long faults = 0;
        long done = 0;
        while (done < schedules) {
            Schedule.Outcome outcome = Schedule.run(seedOf(seed, done++));
            steps += outcome.steps();
            generations += outcome.generations();
            rollbacks += outcome.rollbacks();
            faults += outcome.faults();
            if (schedules == 1) print.accept(line(outcome));
            if (outcome.ok()) continue;
            print.accept("violation: seed " + outcome.seed() + " step " + outcome.step() + ": " + outcome.violation());
            print.accept("replay: rubato torture --seed " + outcome.seed());
            return new Total(done, steps, generations, rollbacks, faults, 1);
        }
        return new Total(done, steps, generations, rollbacks, faults, 0);
    }

    private static String line(Schedule.Outcome outcome) {
        return "seed " + outcome.seed() + ": " + outcome.status() + " after " + outcome.steps() + " steps, "
                + outcome.generations() + " generations, " + outcome.rollbacks() + " rollbacks, " + outcome.faults()
                + " faults, " + outcome.events() + " events";
    }
}
