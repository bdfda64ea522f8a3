package rubato.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** One file out of another way's zip archive, through archives within archives. */
record Unzipped(Way way, List<String> entries) implements Way {
    @Override
    public String source() {
        return way.source();
    }

    @Override
    public void into(Path directory) throws IOException, InterruptedException {
        way.into(directory);
        Path archive;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*.zip")) {
            archive = all.iterator().next();
        }
        for (String name : entries) {
            Path next = directory.resolve(name);
            try (ZipFile zip = new ZipFile(archive.toFile())) {
                ZipEntry entry = zip.getEntry(name);
                if (entry == null) throw new IOException("its archive holds no " + name);
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, next);
                }
            }
            Files.delete(archive);
            archive = next;
        }
    }
}
