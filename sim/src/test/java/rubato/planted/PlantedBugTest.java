package rubato.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlantedBugTest {
    @Test
    void every_bug_of_the_list_has_its_place_in_the_code_as_it_is() throws IOException {
        List<PlantedBug> bugs = PlantedBug.all();
        assertThat(bugs).hasSizeGreaterThanOrEqualTo(20);
        assertThat(bugs.stream().map(PlantedBug::name)).doesNotHaveDuplicates();
        for (PlantedBug bug : bugs) assertThat(bug.planted(PlantedBug.root())).isNotEmpty();
    }
}
