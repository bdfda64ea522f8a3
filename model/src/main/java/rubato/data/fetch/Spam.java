package rubato.data.fetch;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import rubato.random.Mix64;

/**
 * E-mails as LIBSVM rows: tokens are runs of the letters a to z and digits, lower case, of at most 40 characters, hashed to 2^18
 * features; a value is 1/√(distinct features), so every row has length 1. Label 1 is spam.
 */
final class Spam {
    static final int BITS = 18;
    private static final int LONGEST = 40;
    /** An e-mail's file: its number, then the MD5 of its content. */
    private static final Pattern MAIL = Pattern.compile("[0-9]{5}\\.[0-9a-f]{32}(\\.txt)?");

    private Spam() {}

    /** Rewrites groups of e-mails into one file, ordered by group and name. */
    static void rewrite(List<Path> groups, Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            for (Path group : groups) {
                boolean spam = group.getFileName().toString().contains("spam");
                for (Path mail : mails(group)) out.write(row(mail, spam));
            }
        }
    }

    private static List<Path> mails(Path group) throws IOException {
        if (!Files.isDirectory(group)) throw new IOException("holds no directory " + group.getFileName());
        try (Stream<Path> all = Files.list(group)) {
            return all.filter(
                            path -> MAIL.matcher(path.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    private static String row(Path mail, boolean spam) throws IOException {
        TreeSet<Integer> features = features(Files.readString(mail, StandardCharsets.ISO_8859_1));
        StringBuilder row = new StringBuilder(spam ? "1" : "0");
        float value = (float) (1 / Math.sqrt(Math.max(1, features.size())));
        for (int feature : features)
            row.append(' ').append(feature + 1).append(':').append(value);
        return row.append('\n').toString();
    }

    private static TreeSet<Integer> features(String text) {
        TreeSet<Integer> features = new TreeSet<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && inToken(text.charAt(i))) continue;
            if (i > start && i - start <= LONGEST) features.add(feature(text.substring(start, i)));
            start = i + 1;
        }
        return features;
    }

    /** ASCII alone: which other characters are letters depends on the Java version's Unicode tables. */
    private static boolean inToken(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private static int feature(String token) {
        long hash = 0;
        for (byte b : token.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII)) hash = Mix64.mix(hash, b);
        return (int) (hash >>> (64 - BITS));
    }
}
