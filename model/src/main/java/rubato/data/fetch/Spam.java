package rubato.data.fetch;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import rubato.random.Mix64;

/**
 * The SpamAssassin e-mails as LIBSVM rows: tokens are runs of the letters a to z
 * and digits, lower case, of at most 40 characters, hashed to
 * 2^18 features; a value is 1/√(distinct tokens), so every row has length 1. Label 1 is spam.
 */
final class Spam {
    static final int BITS = 18;
    private static final int LONGEST = 40;

    private Spam() {}

    /** Rewrites the groups of e-mails under {@code data} into {@code file}, ordered by group and name. */
    static void rewrite(Path data, Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            for (String group : List.of("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")) {
                List<Path> mails;
                try (Stream<Path> all = Files.list(data.resolve(group))) {
                    mails = all.filter(path -> path.toString().endsWith(".json"))
                            .sorted()
                            .toList();
                }
                for (Path mail : mails) out.write(row(mail, group.startsWith("spam")));
            }
        }
    }

    private static String row(Path mail, boolean spam) throws IOException {
        String text = JsonParser.parseString(Files.readString(mail))
                .getAsJsonObject()
                .get("text")
                .getAsString();
        TreeMap<Integer, Boolean> features = new TreeMap<>();
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean inside = i < text.length() && inToken(text.charAt(i));
            if (inside && start < 0) start = i;
            if (!inside && start >= 0) {
                if (i - start <= LONGEST)
                    features.put(feature(text.substring(start, i).toLowerCase(Locale.ROOT)), true);
                start = -1;
            }
        }
        StringBuilder row = new StringBuilder(spam ? "1" : "0");
        float value = (float) (1 / Math.sqrt(Math.max(1, features.size())));
        for (int feature : features.keySet())
            row.append(' ').append(feature + 1).append(':').append(value);
        return row.append('\n').toString();
    }

    /** ASCII alone: which other characters are letters depends on the Java version's Unicode tables. */
    private static boolean inToken(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private static int feature(String token) {
        long hash = 0;
        for (byte b : token.getBytes(StandardCharsets.UTF_8)) hash = Mix64.mix(hash, b);
        return (int) (hash >>> (64 - BITS));
    }
}
