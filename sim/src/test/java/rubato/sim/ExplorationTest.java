package rubato.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import rubato.sim.SmallCluster.Bounds;
import rubato.sim.SmallCluster.Choice;

/**
 * Every order in which things can happen at small bounds, on the real state machines: what is committed only grows (P1), bases
 * cover it (P2), members agree (P3), generations are activated once and sealed ones commit nothing (P4), accounts and plans are
 * exact (P5, P6), what compression keeps back follows every step's outcome (P7), checkpoints name committed hashes (P9), restarts
 * never make a generation twice (P11), and every schedule can and does come to the end of the run (P12).
 */
class ExplorationTest {
    private static final int DEEPEST = 400;

    private final Set<Long> seen = new HashSet<>();
    private long ends;

    /** Explores depth first; a state reached before is not explored again. Clusters cannot be copied, so each branch replays its path. */
    private void explore(Bounds bounds) {
        explore(bounds, new SmallCluster(bounds), new ArrayList<>());
    }

    private void explore(Bounds bounds, SmallCluster cluster, List<Choice> path) {
        if (!seen.add(cluster.fingerprint())) return;
        assertThat(path.size()).as("depth").isLessThan(DEEPEST);
        List<Choice> choices = cluster.choices();
        if (choices.isEmpty()) ends++;
        for (int i = 0; i < choices.size(); i++) {
            SmallCluster next = i == choices.size() - 1 ? cluster : replay(bounds, path);
            path.add(choices.get(i));
            take(next, path);
            explore(bounds, next, path);
            path.remove(path.size() - 1);
        }
    }

    private static SmallCluster replay(Bounds bounds, List<Choice> path) {
        SmallCluster cluster = new SmallCluster(bounds);
        for (Choice choice : path) cluster.take(choice);
        return cluster;
    }

    private static void take(SmallCluster cluster, List<Choice> path) {
        try {
            cluster.take(path.get(path.size() - 1));
        } catch (RuntimeException e) {
            throw new AssertionError(e + " after " + path, e);
        }
    }

    private void assertExplored(Bounds bounds, int atLeast) {
        explore(bounds);
        System.out.println(bounds + ": " + seen.size() + " states, " + ends + " ends");
        assertThat(seen).hasSizeGreaterThan(atLeast);
        assertThat(ends).isPositive();
    }

    @Test
    void two_workers_one_crash() {
        assertExplored(new Bounds(2, 2, 1, 0, 0, 0), 1000);
    }

    @Test
    void two_workers_one_restart_of_the_coordinator() {
        assertExplored(new Bounds(2, 2, 0, 0, 0, 1), 1000);
    }

    @Test
    void two_workers_one_leaves() {
        assertExplored(new Bounds(2, 2, 0, 0, 1, 0), 500);
    }

    @Test
    @Tag("slow")
    void two_workers_one_joins() {
        assertExplored(new Bounds(2, 2, 0, 1, 0, 0), 500);
    }

    @Test
    @Tag("slow")
    void two_workers_one_crash_and_one_restart_of_the_coordinator() {
        assertExplored(new Bounds(2, 2, 1, 0, 0, 1), 1000);
    }

    @Test
    @Tag("slow")
    void three_workers_one_crash() {
        assertExplored(new Bounds(3, 2, 1, 0, 0, 0), 1000);
    }
}
