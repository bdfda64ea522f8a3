package rubato.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.plan.Shares;
import rubato.random.SplitMix;

class CursorTest {
    @Test
    void every_sample_of_every_epoch_is_taken_exactly_once() {
        for (long seed = 0; seed < 300; seed++) {
            SplitMix random = new SplitMix(seed);
            DataShape data = new DataShape(1 + random.nextInt(200), false, 1, random.nextInt(2) == 0);
            walk(data, random, "seed " + seed);
        }
    }

    private static void walk(DataShape data, SplitMix random, String seed) {
        List<int[]> taken = new ArrayList<>();
        Cursor cursor = Cursor.START;
        while (cursor.epoch() < 4) {
            Cursor.Taken next = cursor.take(data, 1 + random.nextInt(data.samples()));
            for (Range range : next.dropped()) count(taken, data, range);
            for (Range range : next.ranges()) count(taken, data, range);
            assertThat(next.ranges().stream().map(Range::epoch).distinct())
                    .as(seed)
                    .hasSize(1);
            assertThat(next.count()).as(seed).isPositive();
            if (next.dropped().isEmpty()) assertThat(next.epoch()).as(seed).isEqualTo(cursor.epoch());
            cursor = random.nextInt(4) == 0 ? holed(next, random) : next.after();
            if (!cursor.equals(next.after())) uncount(taken, next.after(), cursor);
        }
        for (int epoch = 0; epoch < 3; epoch++) {
            assertThat(taken.get(epoch)).as(seed + " epoch " + epoch).containsOnly(1);
        }
    }

    /** Part of what was taken comes back as a hole, as long as its epoch goes on. */
    private static Cursor holed(Cursor.Taken taken, SplitMix random) {
        Cursor after = taken.after();
        Range last = taken.ranges().get(taken.ranges().size() - 1);
        if (after.epoch() != last.epoch() || last.count() < 2) return after;
        int from = random.nextInt(last.count());
        Range back = new Range(last.epoch(), last.start() + from, 1 + random.nextInt(last.count() - from));
        List<Range> holes = new ArrayList<>(after.holes());
        holes.add(back);
        holes.sort(java.util.Comparator.comparingInt(Range::start));
        return new Cursor(after.epoch(), after.next(), holes);
    }

    private static void count(List<int[]> taken, DataShape data, Range range) {
        while (taken.size() <= range.epoch()) taken.add(new int[data.samples()]);
        for (int at = range.start(); at < range.end(); at++) taken.get((int) range.epoch())[at]++;
    }

    private static void uncount(List<int[]> taken, Cursor before, Cursor holed) {
        for (Range range : holed.holes()) {
            if (before.holes().contains(range)) continue;
            for (int at = range.start(); at < range.end(); at++) taken.get((int) range.epoch())[at]--;
        }
    }

    @Test
    void with_keep_only_the_last_batch_of_an_epoch_is_short() {
        DataShape data = new DataShape(10, false, 1, true);
        Cursor.Taken first = Cursor.START.take(data, 7);
        Cursor.Taken second = first.after().take(data, 7);
        assertThat(second.ranges()).containsExactly(new Range(0, 7, 3));
        assertThat(second.after()).isEqualTo(new Cursor(1, 0, List.of()));
    }

    @Test
    void with_drop_a_tail_is_named_and_the_next_epoch_begins() {
        DataShape data = new DataShape(10, false, 1, false);
        Cursor.Taken second = Cursor.START.take(data, 7).after().take(data, 7);
        assertThat(second.dropped()).containsExactly(new Range(0, 7, 3));
        assertThat(second.ranges()).containsExactly(new Range(1, 0, 7));
    }

    @Test
    void holes_are_served_first() {
        Cursor cursor = new Cursor(2, 6, List.of(new Range(2, 1, 2), new Range(2, 4, 1)));
        Cursor.Taken taken = cursor.take(new DataShape(10, false, 1, true), 4);
        assertThat(taken.ranges()).containsExactly(new Range(2, 1, 2), new Range(2, 4, 1), new Range(2, 6, 1));
        assertThat(taken.after()).isEqualTo(new Cursor(2, 7, List.of()));
    }

    @Test
    void ranks_get_consecutive_parts_in_their_order() {
        for (long seed = 0; seed < 300; seed++) {
            SplitMix random = new SplitMix(seed);
            DataShape data = new DataShape(1 + random.nextInt(300), false, 1, true);
            Cursor cursor = new Cursor(0, data.samples() / 2, List.of(new Range(0, 0, data.samples() / 3)));
            Cursor.Taken taken = cursor.take(data, 1 + random.nextInt(data.samples()));
            int[] counts = Shares.equal(1 + random.nextInt(5)).counts(taken.count());
            List<List<Range>> parts = Cursor.split(taken.ranges(), counts);
            List<Integer> served = new ArrayList<>();
            for (int rank = 0; rank < counts.length; rank++) {
                assertThat(parts.get(rank).stream().mapToInt(Range::count).sum())
                        .as("seed " + seed)
                        .isEqualTo(counts[rank]);
                served.addAll(positions(parts.get(rank)));
            }
            assertThat(served).as("seed " + seed).isEqualTo(positions(taken.ranges()));
        }
    }

    private static List<Integer> positions(List<Range> ranges) {
        List<Integer> all = new ArrayList<>();
        for (Range range : ranges) for (int at = range.start(); at < range.end(); at++) all.add(at);
        return all;
    }

    @Test
    void a_batch_beyond_the_data_is_refused() {
        assertThatThrownBy(() -> Cursor.START.take(new DataShape(10, false, 1, true), 11))
                .hasMessage("batch must be 1..10, was 11");
    }

    @Test
    void a_split_that_asks_for_more_than_there_is_is_refused() {
        assertThatThrownBy(() -> Cursor.split(List.of(new Range(0, 0, 3)), new int[] {2, 2}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_epoch_goes_on_while_a_hole_is_left_though_its_end_was_reached() {
        Cursor cursor = new Cursor(0, 10, List.of(new Range(0, 2, 4)));
        Cursor.Taken taken = cursor.take(new DataShape(10, false, 1, true), 2);
        assertThat(taken.ranges()).containsExactly(new Range(0, 2, 2));
        assertThat(taken.after()).isEqualTo(new Cursor(0, 10, List.of(new Range(0, 4, 2))));
    }
}
