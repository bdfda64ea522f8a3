package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.step.Evaluation;

class BallotTest {
    private final Ballot ballot = new Ballot(2);

    private static Evaluation part(String set, long correct) {
        return new Evaluation(set, 10, 1, correct);
    }

    @Test
    void metrics_are_the_sum_of_all_ranks_and_there_are_none_while_one_is_missing() {
        ballot.evaluated(1, 7, List.of(part("test", 3), part("train", 1)));
        assertThat(ballot.evaluation(7)).isNull();
        ballot.evaluated(0, 7, List.of(part("test", 4), part("train", 2)));
        assertThat(ballot.evaluation(7))
                .containsExactly(new Evaluation("test", 20, 2, 7), new Evaluation("train", 20, 2, 3));
    }

    @Test
    void metrics_of_other_sets_than_the_others_are_waited_for() {
        ballot.evaluated(0, 7, List.of(part("test", 4)));
        ballot.evaluated(1, 7, List.of());
        assertThat(ballot.evaluation(7)).isNull();
        ballot.evaluated(0, 7, List.of());
        assertThat(ballot.evaluation(7)).isEmpty();
    }

    @Test
    void what_is_settled_is_forgotten() {
        ballot.evaluated(0, 7, List.of());
        ballot.evaluated(1, 7, List.of());
        ballot.forget(7);
        assertThat(ballot.evaluation(7)).isNull();
    }
}
