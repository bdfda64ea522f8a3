package rubato.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestNameTest {
    @Test
    void edits_count_insertions_deletions_and_replacements() {
        assertThat(NearestName.edits("kitten", "sitting")).isEqualTo(3);
        assertThat(NearestName.edits("", "abc")).isEqualTo(3);
        assertThat(NearestName.edits("same", "same")).isZero();
    }

    @Test
    void a_misspelt_name_finds_its_neighbour() {
        List<String> known = List.of("batch.initial", "batch.policy", "shares.policy", "optimizer.learning-rate");
        assertThat(NearestName.of("batch.intial", known)).isEqualTo("batch.initial");
        assertThat(NearestName.of("shares.polcy", known)).isEqualTo("shares.policy");
        assertThat(NearestName.of("optimizer.lr", known)).isEqualTo("optimizer.learning-rate");
        assertThat(NearestName.of("learning-rate", known)).isEqualTo("optimizer.learning-rate");
    }

    @Test
    void a_name_of_the_same_section_is_nearer_than_one_a_little_more_alike_elsewhere() {
        List<String> known = List.of("policy.every-steps", "data.separator");
        assertThat(NearestName.of("policy.apply-after", known)).isEqualTo("policy.every-steps");
    }
}
