package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.history.Entry;
import rubato.plan.Compression;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

class MakersTest {
    private static final Plan PLAIN = Plan.initial(8, Shares.equal(2), new Goals(10, 1, 1, 1, -1).known());

    private static World world(String... hosts) {
        List<Member> members = new ArrayList<>();
        for (String host : hosts) members.add(new Member(new WorkerId("w" + members.size(), 1), host, 1, 1));
        return new World(new Generation(1, 1), members);
    }

    /** Recorded steps under these plans. */
    private static Recipe recipe(Plan... plans) {
        List<Recipe.Redo> steps = new ArrayList<>();
        for (Plan plan : plans) {
            Entry.Commit commit = new Entry.Commit(
                    Generation.NONE, steps.size() + 1, 1, plan.version(), List.of(), List.of(), 0, false, 0);
            steps.add(new Recipe.Redo(commit, plan, List.of(), List.of()));
        }
        return new Recipe("step-0", 0, steps);
    }

    @Test
    void one_of_each_host_makes_steps_again() {
        assertThat(Makers.of(world("a", "b", "a", "c", "b"), recipe(PLAIN), List.of(0, 1, 2, 3, 4)))
                .containsExactly(0, 1, 3);
    }

    @Test
    void whoever_cannot_read_checkpoints_is_not_asked_if_somebody_can() {
        World world = world("a", "b", "a", "c");
        assertThat(Makers.of(world, recipe(PLAIN), List.of(2))).containsExactly(2);
        assertThat(Makers.of(world, recipe(PLAIN), List.of())).containsExactly(0, 1, 3);
    }

    @Test
    void everybody_makes_compressed_steps_again_for_its_own_residual() {
        Plan compressed = PLAIN.withCompression(new Compression.Int8());
        assertThat(Makers.of(world("a", "a", "a"), recipe(PLAIN, compressed), List.of(0)))
                .containsExactly(0, 1, 2);
    }

    @Test
    void everybody_reads_a_checkpoint_that_nothing_was_recorded_after() {
        assertThat(Makers.of(world("a", "a"), Recipe.NONE, List.of(0, 1))).containsExactly(0, 1);
    }
}
