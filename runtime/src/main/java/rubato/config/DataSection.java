package rubato.config;

import java.util.List;

/**
 * {@code data}: a known set by name, or files of a format, which win over the name. Unset texts are empty.
 *
 * @param features 0: as many as the data shows (libsvm)
 * @param testFraction split off where a set has one file
 * @param seed of that split
 * @param context characters a text model sees
 */
public record DataSection(
        String name,
        String format,
        String trainImages,
        String trainLabels,
        String testImages,
        String testLabels,
        String train,
        String test,
        int classes,
        int features,
        String separator,
        String label,
        List<ColumnSection> columns,
        double testFraction,
        long seed,
        int context,
        boolean shuffle) {
    public DataSection {
        columns = List.copyOf(columns);
    }
}
