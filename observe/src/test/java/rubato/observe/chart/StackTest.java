package rubato.observe.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StackTest {
    private final Stack stack = new Stack();

    @Test
    void each_worker_has_its_area_and_its_name() {
        stack.add(0, List.of("w0", "w1"), List.of(0.5, 0.5));
        stack.add(10, List.of("w0", "w1"), List.of(0.7, 0.3));

        String html = stack.html("Shares", "", Across.steps(20));

        assertThat(html).contains("data-name=\"w0\" data-kind=\"steps\" data-x=\"0 10\" data-y=\"0.5 0.7");
        assertThat(html).contains("d=\"M0 500H500L500 300H1000");
    }

    @Test
    void many_workers_and_many_changes_stay_bounded() {
        List<String> names = IntStream.range(0, 300).mapToObj(i -> "w" + i).toList();
        List<Double> equal = Collections.nCopies(300, 1 / 300.0);
        for (int step = 0; step < 10_000; step++) stack.add(step, names, equal);

        String html = stack.html("Shares", "", Across.steps(10_000));

        assertThat(html.length()).isLessThan(400_000);
        assertThat(html.split("class=\"series", -1)).hasSize(1 + 8);
        assertThat(html).contains("others");
    }
}
