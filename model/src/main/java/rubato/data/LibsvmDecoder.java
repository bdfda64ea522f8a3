package rubato.data;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import rubato.data.cache.CacheWriter;
import rubato.error.RubatoException;

/**
 * Decodes LIBSVM text: {@code LABEL INDEX:VALUE ...}, indices from 1, ascending. Labels −1/+1 and 0/1 both mean binary (also one
 * in the training file and the other in the test file); otherwise they are whole numbers, sorted, from the training file.
 */
final class LibsvmDecoder implements Decoder {
    /** Hexadecimal numbers and type suffixes, which only Java reads as numbers. */
    private static final Pattern JAVA_ONLY = Pattern.compile("[xXdDfF]");

    @Override
    public void decode(DataSpec spec, CacheWriter out) {
        SparseRows train = rows(Path.of(spec.train()), spec.features());
        TreeSet<Integer> labels = labels(train);
        if (spec.test().isEmpty()) {
            HeldOut split = HeldOut.of(train.rows(), spec);
            int features = features(spec, train, train);
            part("train", train, split.train(), features, labels, spec, out);
            part("test", train, split.test(), features, labels, spec, out);
            return;
        }
        SparseRows test = rows(Path.of(spec.test()), spec.features());
        int features = features(spec, train, test);
        part("train", train, all(train), features, labels, spec, out);
        part("test", test, all(test), features, labels, spec, out);
    }

    private static int[] all(SparseRows rows) {
        return java.util.stream.IntStream.range(0, rows.rows()).toArray();
    }

    private static int features(DataSpec spec, SparseRows train, SparseRows test) {
        return spec.features() > 0 ? spec.features() : Math.max(1, Math.max(train.features(), test.features()));
    }

    private static TreeSet<Integer> labels(SparseRows rows) {
        TreeSet<Integer> labels = new TreeSet<>();
        for (int row = 0; row < rows.rows(); row++) labels.add(rows.label(row));
        return labels;
    }

    private static void part(
            String part,
            SparseRows rows,
            int[] at,
            int features,
            TreeSet<Integer> labels,
            DataSpec spec,
            CacheWriter out) {
        boolean binary = labels.size() <= 2 && Set.of(-1, 0, 1).containsAll(labels);
        if (binary && labels.contains(-1) && labels.contains(0)) {
            throw RubatoException.failed(spec.train() + ": its labels are -1 and 0, which both mean the same class");
        }
        int classes = Math.max(spec.classes(), binary ? 2 : labels.size());
        if (spec.classes() > 0 && labels.size() > spec.classes()) {
            throw RubatoException.failed(
                    spec.train() + ": has " + labels.size() + " labels, data.classes is " + spec.classes());
        }
        rows.write(part, at.length, i -> at[i], features, classes, label -> number(label, binary, labels, spec), out);
    }

    private static int number(int label, boolean binary, TreeSet<Integer> labels, DataSpec spec) {
        if (binary && label >= -1 && label <= 1) return label > 0 ? 1 : 0;
        if (!labels.contains(label)) {
            throw RubatoException.failed(spec.test() + ": label " + label + " does not occur in " + spec.train());
        }
        return labels.headSet(label).size();
    }

    private static SparseRows rows(Path path, int features) {
        SparseRows rows = new SparseRows();
        try (Lines lines = new Lines(path)) {
            for (String line = lines.next(); line != null; line = lines.next()) row(line, features, lines, rows);
        }
        if (rows.rows() == 0) throw RubatoException.failed(path + ": holds no rows");
        return rows;
    }

    private static void row(String line, int features, Lines lines, SparseRows rows) {
        int comment = line.indexOf('#');
        String content = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (content.isEmpty()) return;
        String[] cells = content.split("\\s+");
        int last = 0;
        for (int i = 1; i < cells.length; i++) {
            int colon = cells[i].indexOf(':');
            if (colon <= 0) throw lines.bad("'" + cells[i] + "' is not INDEX:VALUE");
            int index = index(cells[i].substring(0, colon), lines);
            if (index < 1) throw lines.bad("index " + index + " must be >= 1 (LIBSVM counts from 1)");
            if (index <= last) throw lines.bad("index " + index + " must be greater than " + last + " before it");
            if (features > 0 && index > features)
                throw lines.bad("index " + index + " must be <= " + features + " (data.features)");
            rows.add(index - 1, value(cells[i].substring(colon + 1), lines));
            last = index;
        }
        rows.endRow(label(cells[0], lines));
    }

    private static int index(String text, Lines lines) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw lines.bad("index '" + text + "' is not a whole number");
        }
    }

    private static float value(String text, Lines lines) {
        try {
            float value = Float.parseFloat(text);
            if (!Float.isFinite(value)) throw lines.bad("value '" + text + "' is not finite");
            if (JAVA_ONLY.matcher(text).find()) throw new NumberFormatException(text);
            return value;
        } catch (NumberFormatException e) {
            throw lines.bad("value '" + text + "' is not a number");
        }
    }

    private static int label(String text, Lines lines) {
        try {
            double label = Double.parseDouble(text);
            if (label == Math.rint(label) && Math.abs(label) <= 1 << 24) return (int) label;
        } catch (NumberFormatException e) {
            throw lines.bad("label '" + text + "' is not a number");
        }
        throw lines.bad("label " + text + " is not a whole number (a class)");
    }
}
