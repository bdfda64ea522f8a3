package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.compress.Exchange;
import rubato.compress.InProcess;
import rubato.plan.Compression;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.protocol.WorkerAction;
import rubato.step.StateName;
import rubato.world.Generation;

class GradientExchangeTest {
    private static final Generation NOW = new Generation(1, 3);
    private static final Plan PLAIN = Plan.initial(8, Shares.equal(1), Stop.NEVER);
    private static final Plan HALF = PLAIN.withCompression(new Compression.TopK(0.5));

    private final Exchange alone = InProcess.alone();
    private final GradientExchange exchange = new GradientExchange(4, List.of(), 1);
    private long step;

    private float[] send(Plan plan, boolean whole, float... gradient) {
        exchange.sum(NOW, new WorkerAction.Compute(++step, plan, List.of(), 0, whole), gradient, alone);
        return gradient;
    }

    private float[] applied(Plan plan, boolean whole, float... gradient) {
        float[] sum = send(plan, whole, gradient);
        exchange.residual().applied();
        return sum;
    }

    @Test
    void without_compression_a_gradient_is_summed_as_it_is() {
        assertThat(applied(PLAIN, false, 1, 2, 3, 4)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void what_is_kept_back_follows_in_a_later_step() {
        assertThat(applied(HALF, false, 1, 2, 3, 4)).containsExactly(0, 0, 3, 4);
        assertThat(applied(HALF, false, 5, 1, 0, 0)).containsExactly(6, 3, 0, 0);
    }

    @Test
    void a_skipped_step_changes_nothing_of_what_is_kept_back() {
        applied(HALF, false, 1, 2, 3, 4);
        send(HALF, false, Float.NaN, 9, 9, 9);
        exchange.residual().skipped();
        assertThat(applied(HALF, true, 0, 0, 0, 0)).containsExactly(1, 2, 0, 0);
    }

    @Test
    void a_whole_step_leaves_nothing() {
        applied(HALF, false, 1, 2, 3, 4);
        assertThat(applied(HALF, true, 1, 1, 1, 1)).containsExactly(2, 3, 1, 1);
        assertThat(applied(HALF, true, 0, 0, 0, 0)).containsExactly(0, 0, 0, 0);
    }

    @Test
    void a_plan_that_compresses_no_longer_sends_what_was_kept_back() {
        applied(HALF, false, 1, 2, 3, 4);
        assertThat(applied(PLAIN, false, 0, 0, 0, 0)).containsExactly(1, 2, 0, 0);
        assertThat(applied(PLAIN, false, 1, 0, 0, 0)).containsExactly(1, 0, 0, 0);
    }

    @Test
    void a_plan_may_go_over_to_another_compression_and_takes_the_residual_with_it() {
        applied(HALF, false, 1, 2, 3, 4);
        Plan rounded = PLAIN.withCompression(new Compression.Bf16());
        assertThat(applied(rounded, false, 0, 0, 0, 1.00390625f)).containsExactly(1, 2, 0, 1);
        assertThat(applied(HALF, true, 0, 0, 0, 0)).containsExactly(0, 0, 0, 0.00390625f);
    }

    @Test
    void a_member_one_step_behind_takes_over_what_the_step_it_sent_has_left() {
        send(HALF, false, 1, 2, 3, 4);
        exchange.residual().tookOver(new StateName(0, NOW, 1, 7), true);
        assertThat(applied(HALF, true, 0, 0, 0, 0)).containsExactly(1, 2, 0, 0);
    }

    @Test
    void a_joiner_has_nothing_to_send_but_its_gradient() {
        applied(HALF, false, 1, 2, 3, 4);
        exchange.residual().forget();
        assertThat(applied(HALF, true, 1, 0, 0, 0)).containsExactly(1, 0, 0, 0);
    }
}
