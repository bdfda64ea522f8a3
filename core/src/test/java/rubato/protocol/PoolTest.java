package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PoolTest {
    @Test
    void as_many_are_kept_as_were_ever_wanted_and_one_more() {
        Pool pool = new Pool(1, 3);
        pool.want(3);
        assertThat(pool.size()).isEqualTo(4);
        pool.want(8);
        assertThat(pool.size()).isEqualTo(9);
        pool.want(1);
        assertThat(pool.size()).isEqualTo(9);
        assertThat(pool.wanted()).isEqualTo(1);
    }

    @Test
    void without_standbys_only_those_are_kept_that_are_wanted() {
        Pool pool = new Pool(2, 0);
        pool.want(8);
        pool.want(1);
        assertThat(pool.size()).isEqualTo(1);
        assertThat(pool.hasStandbys()).isFalse();
    }
}
