package rubato.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ErrorFeedbackTest {
    /** Transmits the whole part of every number. */
    private static final Compressor WHOLES = (vector, carried, left, length, wire) -> {
        for (int i = 0; i < length; i++) {
            float own = vector[i] + carried[i];
            vector[i] = (float) Math.floor(own);
            left[i] = own - vector[i];
        }
    };

    private final ErrorFeedback feedback = new ErrorFeedback(2);

    private float[] step(long step, float... gradient) {
        feedback.sum(step, WHOLES, gradient, InProcess.alone());
        return gradient;
    }

    @Test
    void what_a_settled_step_left_is_transmitted_later() {
        assertThat(step(1, 0.75f, 2.5f)).containsExactly(0, 2);
        feedback.settle(1);
        assertThat(step(2, 0.75f, 0.25f)).containsExactly(1, 0);
        feedback.settle(2);
        assertThat(feedback.carried()).containsExactly(0.5f, 0.75f);
    }

    @Test
    void an_aborted_step_leaves_the_residual_of_its_base() {
        step(1, 0.75f, 2.5f);
        feedback.settle(1);
        step(2, 0.75f, 0.25f);
        feedback.revert();
        assertThat(feedback.carried()).containsExactly(0.75f, 0.5f);
        assertThat(step(2, 0.5f, 0)).containsExactly(1, 0);
    }

    @Test
    void an_unresolved_step_keeps_the_next_from_beginning() {
        step(1, 1, 1);
        assertThatThrownBy(() -> step(2, 1, 1)).hasMessage("the residual of step 1 is open in step 2");
        assertThatThrownBy(() -> feedback.settle(3)).hasMessage("step 3 is settled, but step 1 is open");
    }

    @Test
    void an_heir_adds_the_residual_of_one_who_leaves() {
        step(1, 0.75f, 2.5f);
        feedback.settle(1);
        feedback.inherit(new float[] {0.125f, 1});
        assertThat(feedback.carried()).containsExactly(0.875f, 1.5f);
        assertThatThrownBy(() -> feedback.inherit(new float[3])).hasMessage("residual must have 2 values, had 3");
    }

    @Test
    void a_checkpoint_replaces_the_residual_and_whatever_is_open() {
        step(1, 0.75f, 2.5f);
        feedback.restore(new float[] {0.5f, 0.25f});
        assertThat(step(4, 0.5f, 0)).containsExactly(1, 0);
    }
}
