package rubato.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways to obtain data: what they make of what they get, and why they fail. */
class WaysTest {
    private static final String MD5 = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path home;

    /** A way that brings files of this name and content. */
    private record Brings(Map<String, byte[]> files) implements Way {
        @Override
        public String source() {
            return "memory";
        }

        @Override
        public void into(Path directory) throws IOException {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = directory.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void mails_become_rows_of_length_one_whatever_their_character_set() throws Exception {
        Way mails = new Brings(Map.of(
                "spam/00002." + MD5,
                bytes("Buy NOW now"),
                "spam/00001." + MD5 + ".txt",
                bytes("caf\u00e9 buy 4 caf"),
                "spam/cmds",
                bytes("not a mail"),
                "ham/00001." + MD5,
                bytes("")));
        new SpamCorpus(mails, List.of("ham", "spam")).into(home);
        List<String> rows = Files.readAllLines(home.resolve("spam.svm"));
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0)).isEqualTo("0");
        assertThat(rows.get(1)).matches("1( [0-9]+:0\\.57735026){3}");
        assertThat(rows.get(2)).matches("1( [0-9]+:0\\.70710677){2}");
        assertThat(home.resolve("raw")).doesNotExist();
    }

    @Test
    @Tag("process")
    void archives_are_unpacked_first() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/bzip2")) || Files.isExecutable(Path.of("/bin/bzip2")),
                "SKIPPED: no bzip2");
        Path source = Files.createDirectories(home.resolve("source/spam"));
        Files.writeString(source.resolve("00001." + MD5), "buy now");
        Command.run(source.getParent(), "tar", "cjf", "a.tar.bz2", "spam");
        byte[] archive = Files.readAllBytes(home.resolve("source/a.tar.bz2"));
        Path target = Files.createDirectory(home.resolve("target"));
        new SpamCorpus(new Brings(Map.of("20030228_spam.tar.bz2", archive)), List.of("spam")).into(target);
        assertThat(Files.readString(target.resolve("spam.svm"))).startsWith("1 ");
    }

    @Test
    void groups_that_are_not_there_are_named() {
        Way mails = new Brings(Map.of("spam/00001." + MD5, bytes("buy")));
        assertThatThrownBy(() -> new SpamCorpus(mails, List.of("spam", "hard_ham")).into(home))
                .hasMessage("holds no directory hard_ham");
    }

    @Test
    void content_is_checked_whether_compressed_or_not() throws Exception {
        Files.writeString(home.resolve("a"), "abc");
        String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, appendix B.1
        new KnownSet("set", "", Map.of("a", abc), "", List.of()).check(home);
        assertThatThrownBy(() -> new KnownSet("set", "", Map.of("b", abc), "", List.of()).check(home))
                .hasMessage("b is missing");
        Files.writeString(home.resolve("a"), "abd");
        assertThatThrownBy(() -> new KnownSet("set", "", Map.of("a", abc), "", List.of()).check(home))
                .hasMessageContaining("expected " + abc);
    }

    @Test
    void a_host_that_does_not_exist_is_told() {
        Download download = new Download("https://data.invalid/", List.of("a"));
        assertThatThrownBy(() -> download.into(home))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot be reached (");
    }

    @Test
    @Tag("process")
    void a_program_that_fails_is_quoted_with_its_complaint() {
        assertThatThrownBy(() ->
                        Command.run(home, "sh", "-c", "echo fetching; echo 'E: no such package'; echo bye; exit 4"))
                .hasMessage("sh failed with exit code 4: E: no such package");
        assertThatThrownBy(() -> Command.run(home, "no-such-program")).hasMessage("no-such-program is not installed");
    }
}
