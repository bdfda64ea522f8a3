package rubato.policy;

import java.util.List;
import java.util.Optional;
import rubato.plan.Plan;
import rubato.signal.Outcome;
import rubato.signal.Signals;

/**
 * Undoes a change of batch that hurt, and does not try that direction again for a while. All it knows comes from
 * {@link Signals#history()}, so it holds no state and replays.
 *
 * <p>A change hurt if {@code goodputAfter < goodputBefore·(1 − tolerance)}. Undoing is a change too and is not judged
 * itself. Changes of shares are left to the shares' own fits.
 *
 * @param tolerance fraction of goodput a change may cost unharmed
 * @param steps for which the direction stays closed, counted from the change that hurt
 */
public record Veto(Policy inner, double tolerance, long steps) implements Policy {
    private static final String NAME = "veto";

    public Veto {
        if (!(tolerance >= 0)) throw new IllegalArgumentException("tolerance must be >= 0, was " + tolerance);
        if (steps < 1) throw new IllegalArgumentException("steps must be >= 1, was " + steps);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        if (plan.fromStep() > seen.lastStep()) return inner.decide(plan, seen);
        Optional<Outcome> last = last(seen.history());
        if (last.isPresent() && hurt(seen.history(), last.get()) && last.get().toBatch() == plan.globalBatch())
            return undo(plan, last.get());
        Decision wished = inner.decide(plan, seen);
        return closed(seen, plan, wished).map(o -> refuse(plan, wished, o)).orElse(wished);
    }

    private static Optional<Outcome> last(List<Outcome> history) {
        return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
    }

    private boolean hurt(List<Outcome> history, Outcome outcome) {
        return outcome.fromBatch() != outcome.toBatch()
                && outcome.goodputAfter() < outcome.goodputBefore() * (1 - tolerance)
                && !undoes(history, outcome);
    }

    /** Whether an outcome is itself the undoing of the one before it. */
    private boolean undoes(List<Outcome> history, Outcome outcome) {
        int at = history.indexOf(outcome);
        if (at < 1) return false;
        Outcome before = history.get(at - 1);
        return before.fromBatch() == outcome.toBatch()
                && before.toBatch() == outcome.fromBatch()
                && hurt(history.subList(0, at), before);
    }

    private static Decision undo(Plan plan, Outcome outcome) {
        String reason = "batch " + outcome.fromBatch() + " to " + outcome.toBatch() + " at step " + outcome.step()
                + " cost goodput: " + Figures.of(outcome.goodputBefore()) + " to " + Figures.of(outcome.goodputAfter())
                + " samples/s; undone";
        List<Alternative> alternatives = List.of(
                new Alternative("batch " + outcome.fromBatch() + ", goodput", outcome.goodputBefore()),
                new Alternative("batch " + outcome.toBatch() + ", goodput", outcome.goodputAfter()));
        return Decision.change(plan.withGlobalBatch(outcome.fromBatch()), NAME, reason, alternatives);
    }

    private Optional<Outcome> closed(Signals seen, Plan plan, Decision wished) {
        int direction = Integer.compare(wished.plan().globalBatch(), plan.globalBatch());
        if (direction == 0) return Optional.empty();
        return seen.history().stream()
                .filter(o -> hurt(seen.history(), o))
                .filter(o -> seen.lastStep() - o.step() < steps)
                .filter(o -> Integer.compare(o.toBatch(), o.fromBatch()) == direction)
                .findFirst();
    }

    private Decision refuse(Plan plan, Decision wished, Outcome outcome) {
        String reason = wished.reason() + "; not tried, as batch " + outcome.fromBatch() + " to " + outcome.toBatch()
                + " hurt at step " + outcome.step();
        return new Decision(
                wished.plan().withGlobalBatch(plan.globalBatch()),
                wished.policy(),
                reason,
                wished.alternatives(),
                wished.applied());
    }
}
