package rubato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import rubato.random.SplitMix;

/** Rows of two classes that overlap, in LIBSVM's format, always the same. */
final class SmallRows {
    private static final int ROWS = 4000;
    private static final int FEATURES = 12;

    private SmallRows() {}

    static void write(Path file) throws IOException {
        SplitMix random = new SplitMix(7);
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < ROWS; row++) {
            boolean yes = random.nextInt(2) == 1;
            rows.append(yes ? "1" : "0");
            for (int feature = 1; feature <= FEATURES; feature++)
                rows.append(
                        String.format(Locale.ROOT, " %d:%.4f", feature, random.nextGaussian() + (yes ? 0.5 : -0.5)));
            rows.append('\n');
        }
        Files.writeString(file, rows);
    }
}
