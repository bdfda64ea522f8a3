package rubato.observe;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Where progress is shown and what it can show.
 *
 * @param terminal whether a line can be rewritten in place
 * @param colour whether to use colours (never without a terminal, nor where NO_COLOR is set)
 * @param unicode whether characters beyond ASCII arrive whole
 * @param width columns of the terminal, asked for each line
 */
public record Console(PrintStream out, boolean terminal, boolean colour, boolean unicode, IntSupplier width) {
    /** Decides by the environment: NO_COLOR, TERM=dumb, and the character set of the locale. */
    public static Console of(PrintStream out, boolean terminal, IntSupplier width, Map<String, String> environment) {
        boolean rewrites = terminal && !environment.getOrDefault("TERM", "").equals("dumb");
        boolean colour = rewrites && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Console(out, rewrites, colour, utf8(environment), width);
    }

    private static boolean utf8(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(name, "");
            if (value.isEmpty()) continue;
            String upper = value.toUpperCase(Locale.ROOT);
            return upper.contains("UTF-8") || upper.contains("UTF8");
        }
        return false;
    }

    /** Bytes as they are: the stream's own encoding is not asked. */
    void write(String text) {
        Charset charset = unicode ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
        byte[] bytes = (unicode ? text.replace(" -> ", " → ") : text.replace(" · ", " | ")).getBytes(charset);
        out.write(bytes, 0, bytes.length);
        out.flush();
    }

    String bold(String text) {
        return styled("1", text);
    }

    String dim(String text) {
        return styled("2", text);
    }

    String yellow(String text) {
        return styled("33", text);
    }

    private String styled(String code, String text) {
        return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
