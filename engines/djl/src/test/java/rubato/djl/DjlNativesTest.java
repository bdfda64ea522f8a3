package rubato.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;

class DjlNativesTest {
    @TempDir
    Path home;

    private final List<String> told = new ArrayList<>();

    private static void touch(String coordinates, String file, Path directory) throws IOException {
        Files.createFile(directory.resolve(file));
    }

    @Test
    void jars_are_fetched_once_and_told_of() {
        List<Path> first = DjlNatives.ensure(home, told::add, DjlNativesTest::touch);
        List<Path> second = DjlNatives.ensure(home, told::add, DjlNativesTest::touch);

        assertThat(second).isEqualTo(first).hasSize(2).allMatch(Files::isRegularFile);
        assertThat(first.get(0).getParent()).isEqualTo(home.resolve("djl").resolve("0.36.0"));
        assertThat(told).hasSize(2).allMatch(line -> line.startsWith("fetching pytorch-"));
    }

    @Test
    void a_platform_without_natives_is_a_usage_error() {
        assertThatThrownBy(() -> DjlNatives.checkPlatform("Mac OS X", "aarch64"))
                .hasMessageContaining("this is Mac OS X aarch64")
                .isInstanceOfSatisfying(
                        RubatoException.class, e -> assertThat(e.kind()).isEqualTo(RubatoException.Kind.USAGE));
    }

    @Test
    void without_maven_there_is_one_line_and_a_remedy_and_nothing_is_left() throws IOException {
        MavenFetch absent = new MavenFetch("no-such-maven", Duration.ofSeconds(5));

        assertThatThrownBy(() -> DjlNatives.ensure(home, told::add, absent))
                .hasMessageContaining("cannot fetch ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0: no 'no-such-maven'")
                .isInstanceOfSatisfying(
                        RubatoException.class, e -> assertThat(e.remedy()).isPresent());
        assertThat(left()).containsExactly("lock");
    }

    @Test
    @Tag("process")
    void a_maven_that_hangs_is_ended_at_the_deadline() throws IOException {
        Path hanging = script("exec sleep 600");
        MavenFetch fetch = new MavenFetch(hanging.toString(), Duration.ofSeconds(1));

        assertThatThrownBy(() -> DjlNatives.ensure(home, told::add, fetch))
                .hasMessageContaining("Maven took longer than 1 s");
        assertThat(left()).containsExactly("lock");
    }

    @Test
    @Tag("process")
    void what_maven_says_is_passed_on() throws IOException {
        Path failing = script("echo '[ERROR] no artifact here'; exit 1");
        MavenFetch fetch = new MavenFetch(failing.toString(), Duration.ofSeconds(30));

        assertThatThrownBy(() -> DjlNatives.ensure(home, told::add, fetch)).hasMessageEndingWith("no artifact here");
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(home.resolve("maven.sh"), "#!/bin/sh\n" + body + "\n");
        if (!script.toFile().setExecutable(true)) throw new IOException("cannot make " + script + " executable");
        return script;
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(DjlNatives.home(home))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
