package rubato.data.fetch;

import java.io.IOException;
import java.nio.file.Path;

/** One way to obtain files. */
public interface Way {
    /** Where it takes them from, for people. */
    String source();

    /**
     * Puts its files into an empty directory.
     *
     * @throws IOException whose message says in one clause why it cannot
     */
    void into(Path directory) throws IOException, InterruptedException;
}
