package rubato.verify;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import rubato.history.Entry;
import rubato.ledger.Positioned;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.World;

/** Terms and generations grow; only the activated, unsealed one commits. */
final class GenerationRules {
    private final Violations violations;
    private long term;
    private Generation last = Generation.NONE;
    private @Nullable World world;
    private boolean sealed;
    private boolean ended;
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
        checkNames(at, activate.world());
        last = next;
        world = activate.world();
        sealed = false;
        ended = false;
    }

    private void checkNames(Positioned at, World next) {
        Set<String> names = new HashSet<>();
        for (Member member : next.members())
            if (!names.add(member.id().name()))
                violations.add(at, "generation " + next.generation() + " has two members " + member.id());
    }

    void commit(Positioned at, Entry.Commit commit) {
        String what = "step " + commit.step() + " is committed in generation " + commit.generation();
        if (world == null || !commit.generation().equals(world.generation()))
            violations.add(at, what + ", the one activated last is " + last);
        else if (sealed) violations.add(at, what + ", which is sealed");
        checkRanks(at, commit);
    }

    /** The steps an activation turns into facts must be of the generation before it. */
    void completing(Positioned at, Entry.Activate activate) {
        for (Entry.Commit commit : activate.completed()) {
            if (world == null || !commit.generation().equals(world.generation()) || ended)
                violations.add(
                        at,
                        "completes step " + commit.step() + " of generation " + commit.generation()
                                + ", the one before is " + (ended ? "over" : last));
            checkRanks(at, commit);
        }
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
        ended = true;
    }

    int activated() {
        return activated;
    }
}
