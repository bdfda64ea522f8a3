package rubato.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rubato.error.RubatoException;

/** Known sets: found where they are, and what is said where they are not. */
class CatalogTest {
    @TempDir
    Path home;

    @Test
    void all_known_sets_are_listed_with_where_they_come_from() {
        List<Catalog.Listing> all = Catalog.list(home);
        assertThat(all.stream().map(Catalog.Listing::name))
                .containsExactly("fashion-mnist", "mnist", "bank-marketing", "spam");
        assertThat(all).allMatch(l -> !l.where().isEmpty() && !l.about().isEmpty());
    }

    @Test
    void an_unknown_name_is_a_usage_error_that_lists_the_known_ones() {
        assertThatThrownBy(() -> Catalog.get("cifar", home, line -> {}))
                .isInstanceOfSatisfying(
                        RubatoException.class,
                        e -> assertThat(e.kind().exitCode()).isEqualTo(2))
                .hasMessageContaining("fashion-mnist, mnist, bank-marketing, spam");
    }

    @Test
    void a_local_copy_may_be_plain_or_gzip() throws IOException {
        Path mnist = Files.createDirectories(home.resolve("mnist"));
        for (String file : List.of("train-images-idx3", "t10k-images-idx3", "t10k-labels-idx1")) {
            Files.writeString(mnist.resolve(file + "-ubyte"), "x");
        }
        Files.writeString(mnist.resolve("train-labels-idx1-ubyte.gz"), "x");
        DataSpec spec = Catalog.get("mnist", home, line -> {});
        assertThat(spec.trainLabels()).endsWith("train-labels-idx1-ubyte.gz");
        assertThat(spec.testLabels()).endsWith("t10k-labels-idx1-ubyte");
    }

    @Test
    void data_lies_where_the_environment_says() {
        assertThat(DataHome.directory(Map.of("RUBATO_DATA", "/a", "XDG_CACHE_HOME", "/b"), "/c"))
                .isEqualTo(Path.of("/a"));
        assertThat(DataHome.directory(Map.of("XDG_CACHE_HOME", "/b"), "/c")).isEqualTo(Path.of("/b/rubato"));
        assertThat(DataHome.directory(Map.of(), "/c")).isEqualTo(Path.of("/c/.cache/rubato"));
    }

    /** Needs a network or a package manager's mirror; run with {@code -Dtest.excluded=none}. */
    @ParameterizedTest
    @Tag("slow")
    @CsvSource({
        "fashion-mnist,60000,10000,784",
        "mnist,60000,10000,784",
        "bank-marketing,40690,4521,51",
        "spam,5441,605,262144"
    })
    void every_known_set_is_obtained_with_the_right_counts(String name, int train, int test, int features) {
        List<String> said = new ArrayList<>();
        Split split = DataSets.open(Catalog.get(name, home, said::add), home.resolve("cache"));
        assertThat(split.train().size()).as(said.toString()).isEqualTo(train);
        assertThat(split.test().size()).isEqualTo(test);
        assertThat(split.train().features()).isEqualTo(features);
        System.out.println(name + " " + split.fingerprint() + " " + said);
    }
}
