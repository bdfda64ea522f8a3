package rubato.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every promise in the documents names tests, and those tests exist. */
class GuaranteesTest {
    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z][A-Za-z0-9]*Test)`");

    private final Path root = root();

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.exists(at.resolve("docs/guarantees.md"))) at = at.getParent();
        if (at == null) throw new IllegalStateException("not inside the source tree");
        return at;
    }

    private String guarantees() throws IOException {
        return Files.readString(root.resolve("docs/guarantees.md"));
    }

    private static Set<String> namedIn(String text) {
        return TEST_NAME
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toSet());
    }

    private Set<String> written() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().contains("/src/test/java/"))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void every_test_that_a_promise_names_exists() throws IOException {
        Set<String> named = namedIn(guarantees());
        assertThat(named).hasSizeGreaterThan(10);
        assertThat(written()).containsAll(named);
    }

    @Test
    void every_promise_names_a_test() throws IOException {
        boolean promises = false;
        for (String line : guarantees().lines().toList()) {
            if (line.startsWith("| promise ")) promises = true;
            else if (!line.startsWith("|")) promises = false;
            else if (promises && !line.startsWith("|---"))
                assertThat(namedIn(line)).as(line).isNotEmpty();
        }
        assertThat(guarantees()).contains("| promise |");
    }
}
