package rubato.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    Path directory;

    @Test
    void a_file_is_replaced_whole_and_nothing_is_left_beside_it() throws IOException {
        Path file = directory.resolve("token");
        Files.writeString(directory.resolve("token.part"), "left by one that died");
        WholeFile.writePrivately(file, "first");
        WholeFile.writePrivately(file, "second");
        assertThat(file).hasContent("second");
        assertThat(directory.toFile().list()).containsExactly("token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void where_nothing_can_be_written_the_old_text_stays() throws IOException {
        Path file = directory.resolve("config.conf");
        WholeFile.write(file, "old");
        Files.createDirectories(directory.resolve("config.conf.part").resolve("in the way"));
        assertThatThrownBy(() -> WholeFile.write(file, "new")).isInstanceOf(IOException.class);
        assertThat(file).hasContent("old");
    }
}
