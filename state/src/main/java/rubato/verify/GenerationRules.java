package rubato.verify;

import org.jspecify.annotations.Nullable;
import rubato.history.Entry;
import rubato.ledger.Positioned;
import rubato.world.Generation;
import rubato.world.World;

/** Terms and generations grow; only the activated, unsealed one commits. */
final class GenerationRules {
    private final Violations violations;
    private long term;
    private Generation last = Generation.NONE;
    private @Nullable World world;
    private boolean sealed;
    private int activated;

    GenerationRules(Violations violations) {
        this.violations = violations;
    }

    void term(Positioned at, Entry.Term entry) {
        if (entry.term() <= term) violations.add(at, "term " + entry.term() + " does not follow term " + term);
        term = Math.max(term, entry.term());
    }

    void seal(Positioned at, Entry.Seal seal) {
        if (world == null || !seal.generation().equals(world.generation()))
            violations.add(at, "seals generation " + seal.generation() + ", the one activated last is " + last);
        else sealed = true;
    }

    void activate(Positioned at, Entry.Activate activate) {
        Generation next = activate.world().generation();
        activated++;
        if (next.term() != term) violations.add(at, "activates generation " + next + " in term " + term);
        if (next.compareTo(last) <= 0) violations.add(at, "generation " + next + " does not follow " + last);
        if (world != null && !sealed && next.term() == last.term())
            violations.add(at, "activates generation " + next + " while " + last + " is not sealed");
        if (activate.world().size() == 0) violations.add(at, "generation " + next + " has no members");
        last = next;
        world = activate.world();
        sealed = false;
    }

    void commit(Positioned at, Entry.Commit commit) {
        String what = "step " + commit.step() + " is committed in generation " + commit.generation();
        if (world == null || !commit.generation().equals(world.generation()))
            violations.add(at, what + ", the one activated last is " + last);
        else if (sealed) violations.add(at, what + ", which is sealed");
        checkRanks(at, commit);
    }

    /** A step that the next activation makes a fact: of the generation activated last, whether or not it is sealed. */
    void completed(Positioned at, Entry.Commit commit) {
        if (world == null || !commit.generation().equals(world.generation()))
            violations.add(
                    at,
                    "step " + commit.step() + " is said to be completed in generation " + commit.generation()
                            + ", the one activated last is " + last);
        checkRanks(at, commit);
    }

    private void checkRanks(Positioned at, Entry.Commit commit) {
        if (world != null && commit.ranges().size() != world.size())
            violations.add(
                    at,
                    "step " + commit.step() + " names " + commit.ranges().size() + " ranks, the world has "
                            + world.size());
    }

    /** After the end of a run or a rollback nothing commits until the next generation. */
    void end() {
        sealed = true;
    }

    int activated() {
        return activated;
    }
}
