package rubato.data.fetch;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The SpamAssassin e-mails of another way, rewritten as the one LIBSVM file {@code spam.svm}.
 *
 * @param groups directories of the e-mails below what the other way brings (its {@code .tar.bz2} archives unpacked), in the order of
 *     the rows; what has "spam" in its name is spam
 */
record SpamCorpus(Way way, List<String> groups) implements Way {
    @Override
    public String source() {
        return way.source();
    }

    @Override
    public void into(Path directory) throws IOException, InterruptedException {
        Path raw = Files.createDirectory(directory.resolve("raw"));
        way.into(raw);
        for (Path archive : archives(raw)) {
            Command.run(raw, "tar", "xjf", archive.getFileName().toString());
        }
        Spam.rewrite(groups.stream().map(raw::resolve).toList(), directory.resolve("spam.svm"));
        remove(raw);
    }

    private static List<Path> archives(Path raw) throws IOException {
        List<Path> archives = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(raw, "*.tar.bz2")) {
            found.forEach(archives::add);
        }
        return archives;
    }

    private static void remove(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> walked = Files.walk(directory)) {
            all = walked.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) Files.delete(path);
    }
}
