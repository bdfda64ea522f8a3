package rubato.config;

import java.util.Collection;
import java.util.Comparator;

/** The known name most like a given one: least edit distance (Levenshtein) of the whole, or of the last part, or the same initials. */
public final class NearestName {
    /** How many edits it counts that a name stands in another section. */
    private static final int ELSEWHERE = 3;

    private NearestName() {}

    /** The nearest of {@code known}, which must not be empty; ties to the first in alphabetical order. */
    public static String of(String name, Collection<String> known) {
        return known.stream()
                .sorted()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElseThrow(() -> new IllegalArgumentException("no known names"));
    }

    private static int distance(String name, String candidate) {
        String last = lastPart(name);
        String candidateLast = lastPart(candidate);
        int whole = edits(name, candidate);
        int part = edits(last, candidateLast) + (sameSection(name, candidate) ? 0 : ELSEWHERE);
        int initials = last.equals(initials(candidateLast)) && sameSection(name, candidate) ? 1 : Integer.MAX_VALUE;
        return Math.min(Math.min(whole, part), initials);
    }

    private static boolean sameSection(String a, String b) {
        return a.substring(0, a.length() - lastPart(a).length())
                .equals(b.substring(0, b.length() - lastPart(b).length()));
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static String initials(String kebab) {
        StringBuilder initials = new StringBuilder();
        for (String word : kebab.split("-")) if (!word.isEmpty()) initials.append(word.charAt(0));
        return initials.toString();
    }

    /** Levenshtein distance, one row at a time. */
    static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
