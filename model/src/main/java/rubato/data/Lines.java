package rubato.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import rubato.data.file.Source;
import rubato.error.RubatoException;

/** A text file (plain or gzip, UTF-8) line by line, knowing where it is. */
final class Lines implements AutoCloseable {
    private final Path path;
    private final Source source;
    private final BufferedReader reader;
    private long number;

    Lines(Path path) {
        this.path = path;
        this.source = Source.open(path);
        this.reader = new BufferedReader(source.text());
    }

    /** The next line that is not blank, or null at the end. */
    @Nullable
    String next() {
        try {
            String line = reader.readLine();
            number++;
            while (line != null && line.isBlank()) {
                line = reader.readLine();
                number++;
            }
            return line;
        } catch (IOException e) {
            throw source.notText(e);
        }
    }

    /** An error in the line last read. */
    RubatoException bad(String what) {
        return RubatoException.failed(path + " line " + number + ": " + what);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
