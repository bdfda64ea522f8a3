package rubato.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import rubato.data.file.Source;

/** Another way's files decompressed, under names without their ending. */
record Renamed(Way way, String ending, String replacement) implements Way {
    @Override
    public String source() {
        return way.source();
    }

    @Override
    public void into(Path directory) throws IOException, InterruptedException {
        way.into(directory);
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + ending)) {
            all.forEach(files::add);
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            try (InputStream in = Source.open(file)) {
                Files.copy(in, directory.resolve(name.substring(0, name.length() - ending.length()) + replacement));
            }
            Files.delete(file);
        }
    }
}
