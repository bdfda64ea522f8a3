package rubato.observe;

import java.util.Locale;
import java.util.regex.Pattern;

/** Java's names as they appear in files: {@code StepCommitted} and {@code samplesPerSecond} in snake_case. */
final class Names {
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    private Names() {}

    static String snake(String camel) {
        return HUMP.matcher(camel).replaceAll("_").toLowerCase(Locale.ROOT);
    }
}
