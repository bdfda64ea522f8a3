package rubato.data;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Arrays;
import rubato.data.cache.CacheWriter;
import rubato.data.file.Source;
import rubato.error.RubatoException;

/** Decodes plain text (UTF-8) into characters of a sorted vocabulary; the tail is the test set. */
final class TextDecoder implements Decoder {
    private static final int MOST_CHARACTERS = 1 << 29;

    @Override
    public void decode(DataSpec spec, CacheWriter out) {
        char[] text = read(Path.of(spec.train()));
        int held = (int) Math.round(text.length * spec.testFraction());
        int kept = text.length - held;
        if (held <= spec.context() || kept <= spec.context()) {
            throw RubatoException.failed(spec.train() + ": " + text.length + " characters are too few for a context of "
                    + spec.context() + " in training and test part");
        }
        int[] number = new int[Character.MAX_VALUE + 1];
        int vocabulary = vocabulary(text, number);
        part("train", text, 0, kept, number, vocabulary, spec.context(), out);
        part("test", text, kept, text.length, number, vocabulary, spec.context(), out);
    }

    private static int vocabulary(char[] text, int[] number) {
        for (char c : text) number[c] = 1;
        int next = 0;
        for (int c = 0; c < number.length; c++) if (number[c] == 1) number[c] = next++;
        return next;
    }

    private static void part(
            String part, char[] text, int from, int to, int[] number, int vocabulary, int context, CacheWriter out) {
        out.section(part + ".characters");
        for (int i = from; i < to; i++) out.putInt(number[text[i]]);
        out.property(part + ".layout", Layout.TEXT.name());
        out.property(part + ".size", to - from - context);
        out.property(part + ".features", (long) context * vocabulary);
        out.property(part + ".classes", vocabulary);
        out.property(part + ".context", context);
    }

    private static char[] read(Path path) {
        try (Source source = Source.open(path)) {
            return read(source);
        }
    }

    private static char[] read(Source source) {
        char[] text = new char[1 << 20];
        int length = 0;
        Reader in = source.text();
        try {
            for (int n = in.read(text, 0, text.length); n >= 0; n = in.read(text, length, text.length - length)) {
                length += n;
                if (length > MOST_CHARACTERS) throw source.bad("more than " + MOST_CHARACTERS + " characters");
                if (length == text.length) text = Arrays.copyOf(text, length * 2);
            }
        } catch (IOException e) {
            throw source.notText(e);
        }
        return Arrays.copyOf(text, length);
    }
}
