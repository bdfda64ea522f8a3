package rubato.observe.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
    private final Series series = new Series("loss", Series.Kind.LINE, 0);

    @Test
    void a_short_series_is_kept_as_it_is() {
        for (int i = 1; i < Series.BUCKETS; i++) series.add(i, i, i);

        assertThat(series.buckets()).hasSize(Series.BUCKETS - 1).allMatch(b -> b.count() == 1);
    }

    @Test
    void a_million_points_stay_few_and_lose_neither_peak_nor_point() {
        for (int i = 1; i <= 1_000_000; i++) series.add(i, i / 100.0, i == 654_321 ? 99 : i == 123_456 ? -99 : i % 2);

        List<Bucket> buckets = series.buckets();
        assertThat(buckets).hasSizeBetween(Series.BUCKETS / 2, Series.BUCKETS);
        assertThat(buckets.stream().mapToLong(Bucket::count).sum()).isEqualTo(1_000_000);
        assertThat(series.max()).isEqualTo(99);
        assertThat(series.min()).isEqualTo(-99);
        assertThat(buckets.get(0).firstStep()).isEqualTo(1);
        assertThat(buckets.get(buckets.size() - 1).lastStep()).isEqualTo(1_000_000);
        assertThat(buckets.get(5).mean()).isEqualTo(0.5);
    }

    @Test
    void values_that_are_not_finite_are_left_out() {
        series.add(1, 1, Double.NaN);
        series.add(2, 2, Double.POSITIVE_INFINITY);
        assertThat(series.isEmpty()).isTrue();

        series.add(3, 3, 4);
        assertThat(series.buckets()).containsExactly(Bucket.of(3, 3, 4));
    }
}
