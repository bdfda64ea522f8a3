package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.step.StateName;
import rubato.step.StepTotals;
import rubato.world.Generation;

class KeptTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int LENGTH = 4;

    private static final Plan PLAN = Plan.initial(8, Shares.equal(1), Stop.NEVER);

    private final Kept kept = new Kept(0);
    private final float[] sum = new float[LENGTH];
    private long step = 3;

    KeptTest() {
        kept.begin(new Replica.Frozen(new StateName(0, Generation.NONE, 3, 7), new byte[0], List.of()), 0);
    }

    private float[] train() {
        sum[0] = ++step;
        float[] copy = kept.copy(sum);
        kept.add(new Kept.Step(Generation.NONE, step, PLAN, StepTotals.of(List.of()), false, 0, copy));
        return copy;
    }

    @Test
    void a_step_that_nobody_was_told_of_leaves_its_memory_to_a_later_one() {
        float[] first = train();
        for (int i = 0; i < 8; i++) train();
        assertThat(kept.step(4, 0)).isNull();
        assertThat(train()).isSameAs(first);
        assertThat(first[0]).isEqualTo(13);
    }

    @Test
    void what_somebody_was_told_of_is_not_changed_any_more() {
        float[] first = train();
        assertThat(kept.step(4, 0)).isNotNull();
        for (int i = 0; i < 20; i++) assertThat(train()).isNotSameAs(first);
        assertThat(first[0]).isEqualTo(4);
    }

    @Test
    void it_is_over_soon_once_nobody_is_connected_and_later_while_somebody_is() {
        train();
        assertThat(kept.step(4, 14 * SECOND)).isNotNull();
        kept.left(14 * SECOND);
        assertThat(kept.isOpen(16 * SECOND)).isTrue();
        assertThat(kept.isOpen(16 * SECOND + 1)).isFalse();
        assertThat(kept.newest()).isEqualTo(-1);
    }

    @Test
    void whoever_asks_meanwhile_is_waited_for_again() {
        kept.left(SECOND);
        assertThat(kept.frozenAfter(3, 2 * SECOND)).isNotNull();
        assertThat(kept.isOpen(16 * SECOND)).isTrue();
        assertThat(kept.isOpen(18 * SECOND)).isFalse();
    }
}
