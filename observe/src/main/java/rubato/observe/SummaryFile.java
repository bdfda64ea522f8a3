package rubato.observe;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import rubato.error.RubatoException;
import rubato.event.Summary;

/** {@code summary.json}: the end of a run in numbers, whole or absent; a number nobody knows is null. */
public final class SummaryFile {
    public static final String NAME = "summary.json";

    private SummaryFile() {}

    /** The exact text of the file, also what {@code train --json} prints. */
    public static String text(Summary summary) {
        return RecordJson.pretty(summary);
    }

    public static void write(Path runDir, Summary summary) {
        Path file = runDir.resolve(NAME);
        try {
            replace(file, text(summary));
        } catch (IOException e) {
            throw RubatoException.failed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** The summary of a run, or nothing if it has none (yet). */
    public static Optional<Summary> read(Path runDir) {
        Path file = runDir.resolve(NAME);
        if (!Files.exists(file)) return Optional.empty();
        try {
            String text = Files.readString(file);
            return Optional.of(JsonRecords.read(JsonParser.parseString(text).getAsJsonObject(), Summary.class));
        } catch (IOException e) {
            throw RubatoException.failed("cannot read " + file + ": " + e.getMessage(), e);
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
            throw RubatoException.failed(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Writes beside the file, forces it to disk, and renames: a reader sees the old text or the new, never a part. */
    static void replace(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
