package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.random.SplitMix;
import rubato.step.Cursor;
import rubato.step.DataShape;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

class AccountsTest {
    private static final DataShape DATA = new DataShape(64, true, 1, true);
    private static final Plan PLAN = Plan.initial(10, Shares.equal(1), Stop.NEVER);
    private static final int KEEP = 2;

    /** A history as a coordinator writes it: steps, checkpoints, generations, plans, now and then a rollback. */
    private static final class History {
        final List<Entry> entries = new ArrayList<>();
        final Accounts whole = new Accounts(DATA, PLAN, Integer.MAX_VALUE);
        private final SplitMix random;
        private long generations;

        History(long seed) {
            random = new SplitMix(seed);
            add(new Entry.Term(1));
            activate();
        }

        void go(int entries) {
            for (int i = 0; i < entries; i++) {
                switch (random.nextInt(12)) {
                    case 0, 1 -> checkpoint();
                    case 2 -> activate();
                    case 3 ->
                        add(new Entry.Planned(whole.newest().succeeding(whole.newest(), step() + 1), "for a test"));
                    case 4 -> rollBack(random.nextInt(KEEP));
                    default -> commit();
                }
            }
        }

        private long step() {
            return whole.committed().step();
        }

        private void add(Entry entry) {
            entries.add(entry);
            whole.add(entry);
        }

        void commit() {
            Cursor.Taken taken = whole.take(whole.cursor(), whole.newest());
            add(new Entry.Commit(
                    whole.committed().generation(),
                    step() + 1,
                    random.nextLong(),
                    whole.newest().version(),
                    List.of(taken.ranges()),
                    taken.dropped(),
                    0,
                    false,
                    0));
        }

        void checkpoint() {
            if (whole.checkpointed() < step())
                add(new Entry.Checkpoint(step(), whole.committed().hash(), "checkpoints/" + step(), ""));
        }

        private void activate() {
            Generation generation = new Generation(1, ++generations);
            Member member = new Member(new WorkerId("worker", generations), "h", 1, 1);
            StateName base = new StateName(
                    whole.committed().lineage(),
                    generation,
                    step(),
                    step() == 0 ? 77 : whole.committed().hash());
            add(new Entry.Activate(new World(generation, List.of(member)), base, whole.newest(), List.of()));
        }

        private void rollBack(int passedOver) {
            if (whole.checkpoints().size() > passedOver) rollBackTo(whole.recipeFrom(passedOver));
        }

        void rollBackTo(long step) {
            add(new Entry.Rollback(whole.committed().lineage() + 1, step, "for a test"));
        }
    }

    private static Accounts of(List<Entry> entries) {
        Accounts read = new Accounts(DATA, PLAN, Integer.MAX_VALUE);
        entries.forEach(read::add);
        read.keep(KEEP);
        return read;
    }

    @Test
    void accounts_that_let_go_of_steps_on_the_way_are_after_the_next_checkpoint_those_of_all_entries() {
        for (long seed = 0; seed < 200; seed++) {
            History history = new History(seed);
            history.go(120);
            SplitMix random = new SplitMix(seed);
            int settled = random.nextInt(history.entries.size());
            Accounts followed = of(history.entries.subList(0, settled));
            boolean covered = true;
            for (Entry entry : history.entries.subList(settled, history.entries.size())) {
                covered &= followed.covers(entry);
                followed.add(entry);
            }
            if (!covered) continue;
            Accounts read = of(history.entries);
            Entry.Checkpoint next = new Entry.Checkpoint(
                    history.step(), history.whole.committed().hash(), "next", "");
            followed.add(next);
            read.add(next);
            assertThat(followed).as("seed %d", seed).usingRecursiveComparison().isEqualTo(read);
        }
    }

    @Test
    void a_rollback_is_covered_unless_it_goes_back_to_what_was_let_go() {
        History history = new History(1);
        for (int step = 1; step <= 40; step++) {
            history.commit();
            if (step % 10 == 0) history.checkpoint();
        }
        Accounts kept = of(List.of());
        history.entries.forEach(kept::add);
        assertThat(kept.covers(new Entry.Rollback(1, 30, ""))).isTrue();
        assertThat(kept.covers(new Entry.Rollback(1, 20, ""))).isFalse();
        assertThat(kept.covers(new Entry.Rollback(1, 0, ""))).isFalse();
        assertThat(history.whole.covers(new Entry.Rollback(1, 0, ""))).isTrue();
        assertThat(kept.covers(new Entry.Term(2))).isTrue();
    }

    @Test
    void after_a_rollback_everything_stands_where_it_stood_at_that_step() {
        for (long seed = 0; seed < 100; seed++) {
            History history = new History(seed);
            for (int step = 1; step <= 23; step++) {
                history.commit();
                if (step % 10 == 0) history.checkpoint();
            }
            long to = seed % 3 * 10;
            Accounts then = new Accounts(DATA, PLAN, Integer.MAX_VALUE);
            for (Entry entry : history.entries) {
                if (entry instanceof Entry.Commit commit && commit.step() > to) break;
                then.add(entry);
            }
            history.rollBackTo(to);
            assertThat(history.whole.cursor()).isEqualTo(then.cursor());
            assertThat(history.whole.samples()).isEqualTo(then.samples());
            assertThat(history.whole.checkpoints()).isEqualTo(then.checkpoints());
            assertThat(history.whole.committed().step()).isEqualTo(to);
            assertThat(history.whole.recipe(0)).isEqualTo(then.recipe(0));
            history.commit();
            assertThat(history.whole.committed().step()).isEqualTo(to + 1);
        }
    }

    @Test
    void the_state_everyone_starts_from_is_known_for_good_and_is_the_one_committed_after_a_rollback_to_it() {
        History history = new History(1);
        for (int step = 1; step <= 40; step++) {
            history.commit();
            if (step % 10 == 0) history.checkpoint();
        }
        Accounts kept = new Accounts(DATA, PLAN, KEEP);
        history.entries.forEach(kept::add);
        assertThat(kept.hashOf(0)).isNull();
        assertThat(kept.initialHash()).isEqualTo(77);
        kept.add(new Entry.Rollback(1, 0, "no checkpoint is good"));
        assertThat(kept.committed().step()).isZero();
        assertThat(kept.committed().hash()).isEqualTo(77);
    }

    @Test
    void a_checkpoint_is_registered_only_of_a_committed_step_and_with_its_hash() {
        History history = new History(1);
        history.commit();
        history.commit();
        long hash = history.whole.committed().hash();
        Storing storing = new Storing(history.whole, new Rhythm(DATA, 0, 0, 8, BadArithmetic.SKIP));
        assertThat(storing.stored(stored(2, hash + 1))).isEmpty();
        assertThat(storing.stored(stored(3, 5))).isEmpty();
        assertThat(history.whole.checkpointed()).isEqualTo(-1);
        assertThat(storing.stored(stored(2, hash))).hasSize(1);
        assertThat(history.whole.checkpointed()).isEqualTo(2);
    }

    private static ToCoordinator.Stored stored(long step, long hash) {
        return new ToCoordinator.Stored(new Generation(1, 1), step, hash, "checkpoints/" + step, "");
    }

    @Test
    void steps_before_the_checkpoints_kept_are_let_go() {
        History history = new History(1);
        Accounts followed = of(List.of());
        for (int step = 1; step <= 1000; step++) {
            history.commit();
            if (step % 10 == 0) history.checkpoint();
        }
        history.entries.forEach(followed::add);
        assertThat(followed.hashOf(989)).isNull();
        assertThat(followed.hashOf(990)).isNotNull();
        assertThat(followed.recipe(1).steps()).hasSize(10);
        assertThat(followed.hasRecipe(2)).isFalse();
    }
}
