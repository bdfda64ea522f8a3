package rubato.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import rubato.error.RubatoException;

/**
 * Where a data set lies and how to read it. Files are paths; "" stands for absent.
 *
 * @param name what the set is called; a known set's name if {@code format} is ""
 * @param format {@code idx}, {@code libsvm}, {@code csv}, {@code "text"}, or "" for a known set
 * @param train the training file of all formats but idx; if {@code test} is absent, split by {@code testFraction}
 * @param classes number of classes; 0 = as the format says (idx: 10, others: those that occur)
 * @param features number of LIBSVM features; 0 = the largest index of both files
 * @param separator of CSV, one character
 * @param label the CSV label column; "" = the last one
 * @param columns CSV feature columns in order; empty = all but the label, numeric where every training cell is a number, else one-hot
 * @param testFraction part of a single file that becomes the test set: seeded choice of rows; of a text, its tail
 * @param seed of that choice
 * @param context characters before the one to predict, for text
 */
public record DataSpec(
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
        List<ColumnSpec> columns,
        double testFraction,
        long seed,
        int context) {
    public static final double DEFAULT_TEST_FRACTION = 0.1;
    public static final int DEFAULT_CONTEXT = 8;
    private static final Set<String> FORMATS = Set.of("", "idx", "libsvm", "csv", "text");

    public DataSpec {
        columns = List.copyOf(columns);
        require(FORMATS.contains(format), "data.format must be idx, libsvm, csv or text, was '" + format + "'");
        require(!format.isEmpty() || !name.isEmpty(), "data needs a name or a format");
        require(classes == 0 || classes >= 2, "data.classes must be >= 2, was " + classes);
        require(features >= 0, "data.features must be >= 0, was " + features);
        require(
                separator.length() == 1 && "\"\r\n".indexOf(separator) < 0,
                "data.separator must be one character other than a quote or line end, was '" + separator + "'");
        require(testFraction > 0 && testFraction < 1, "data.test-fraction must be > 0 and < 1, was " + testFraction);
        require(context >= 1 && context <= 1024, "data.context must be 1 .. 1024, was " + context);
        requireDistinct(columns, label);
        if (format.equals("idx")) {
            requireFile("train-images", trainImages);
            requireFile("train-labels", trainLabels);
            requireFile("test-images", testImages);
            requireFile("test-labels", testLabels);
        } else if (!format.isEmpty()) {
            requireFile("train", train);
            require(
                    !format.equals("text") || test.isEmpty(),
                    "data.test is not for text: its test set is the tail of data.train");
        }
    }

    /** A known set, to be located by its name. */
    public static DataSpec known(String name) {
        return new DataSpec(
                name, "", "", "", "", "", "", "", 0, 0, ",", "", List.of(), DEFAULT_TEST_FRACTION, 1, DEFAULT_CONTEXT);
    }

    public static DataSpec idx(String trainImages, String trainLabels, String testImages, String testLabels) {
        return new DataSpec(
                "idx",
                "idx",
                trainImages,
                trainLabels,
                testImages,
                testLabels,
                "",
                "",
                0,
                0,
                ",",
                "",
                List.of(),
                DEFAULT_TEST_FRACTION,
                1,
                DEFAULT_CONTEXT);
    }

    public static DataSpec libsvm(String train, String test) {
        return files("libsvm", train, test);
    }

    public static DataSpec csv(String train, String test) {
        return files("csv", train, test);
    }

    public static DataSpec text(String train) {
        return files("text", train, "");
    }

    private static DataSpec files(String format, String train, String test) {
        return new DataSpec(
                format,
                format,
                "",
                "",
                "",
                "",
                train,
                test,
                0,
                0,
                ",",
                "",
                List.of(),
                DEFAULT_TEST_FRACTION,
                1,
                DEFAULT_CONTEXT);
    }

    public DataSpec withName(String name) {
        return new DataSpec(
                name,
                format,
                trainImages,
                trainLabels,
                testImages,
                testLabels,
                train,
                test,
                classes,
                features,
                separator,
                label,
                columns,
                testFraction,
                seed,
                context);
    }

    public DataSpec withShape(int classes, int features) {
        return new DataSpec(
                name,
                format,
                trainImages,
                trainLabels,
                testImages,
                testLabels,
                train,
                test,
                classes,
                features,
                separator,
                label,
                columns,
                testFraction,
                seed,
                context);
    }

    public DataSpec withTable(String separator, String label, List<ColumnSpec> columns) {
        return new DataSpec(
                name,
                format,
                trainImages,
                trainLabels,
                testImages,
                testLabels,
                train,
                test,
                classes,
                features,
                separator,
                label,
                columns,
                testFraction,
                seed,
                context);
    }

    /** How a single file is split. */
    public DataSpec withSplit(double testFraction, long seed) {
        return new DataSpec(
                name,
                format,
                trainImages,
                trainLabels,
                testImages,
                testLabels,
                train,
                test,
                classes,
                features,
                separator,
                label,
                columns,
                testFraction,
                seed,
                context);
    }

    public DataSpec withContext(int context) {
        return new DataSpec(
                name,
                format,
                trainImages,
                trainLabels,
                testImages,
                testLabels,
                train,
                test,
                classes,
                features,
                separator,
                label,
                columns,
                testFraction,
                seed,
                context);
    }

    /** The files it names, in a fixed order. */
    List<String> files() {
        return List.of(trainImages, trainLabels, testImages, testLabels, train, test).stream()
                .filter(f -> !f.isEmpty())
                .toList();
    }

    /** What decoding depends on besides the files' content; for a hash, not for people. */
    String recipe() {
        return String.join(
                "\u0000",
                format,
                Boolean.toString(test.isEmpty()),
                Integer.toString(classes),
                Integer.toString(features),
                separator,
                label,
                columns.toString(),
                Double.toString(testFraction),
                Long.toString(seed),
                Integer.toString(context));
    }

    private static void requireFile(String key, String file) {
        require(!file.isEmpty(), "data." + key + " is not set");
    }

    private static void requireDistinct(List<ColumnSpec> columns, String label) {
        Set<String> names = new HashSet<>();
        for (ColumnSpec column : columns) {
            require(names.add(column.name()), "data.columns names '" + column.name() + "' twice");
            require(!column.name().equals(label), "data.columns must not contain the label column '" + label + "'");
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) throw RubatoException.usage(message);
    }
}
