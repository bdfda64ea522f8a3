package rubato.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import rubato.data.cache.CacheWriter;
import rubato.error.RubatoException;

/**
 * Decodes CSV with a header. What a column becomes is learnt from the training part alone: categories and classes sorted by
 * name, means and deviations. A category first met in the test set is all zeros. Dense if at least half of the features are
 * numeric, else sparse.
 */
final class CsvDecoder implements Decoder {
    /** Rows of a table, by number. */
    private record Part(Table table, int[] rows) {}

    @Override
    public void decode(DataSpec spec, CacheWriter out) {
        Table train = Table.read(Path.of(spec.train()), spec.separator().charAt(0));
        Part training = new Part(train, all(train));
        Part testing;
        if (spec.test().isEmpty()) {
            HeldOut split = HeldOut.of(train.rows().size(), spec);
            training = new Part(train, split.train());
            testing = new Part(train, split.test());
        } else {
            Table test = Table.read(Path.of(spec.test()), spec.separator().charAt(0));
            if (!test.header().equals(train.header())) {
                throw RubatoException.failed(spec.test() + ": its header differs from that of " + spec.train());
            }
            testing = new Part(test, all(test));
        }
        String label =
                spec.label().isEmpty() ? train.header().get(train.header().size() - 1) : spec.label();
        List<CsvColumn> columns = columns(spec, training, label);
        List<String> classes = classes(training, train.column(label), spec);
        write("train", training, columns, train.column(label), classes, out);
        write("test", testing, columns, train.column(label), classes, out);
    }

    private static int[] all(Table table) {
        return java.util.stream.IntStream.range(0, table.rows().size()).toArray();
    }

    private static List<CsvColumn> columns(DataSpec spec, Part training, String label) {
        List<ColumnSpec> specs = new ArrayList<>(spec.columns());
        if (specs.isEmpty()) {
            for (String name : training.table().header()) {
                if (!name.equals(label)) specs.add(CsvColumn.guess(name, training.table(), training.rows()));
            }
        }
        List<CsvColumn> columns = new ArrayList<>();
        int offset = 0;
        for (ColumnSpec column : specs) {
            CsvColumn learnt = CsvColumn.learn(column, offset, training.table(), training.rows());
            columns.add(learnt);
            offset += learnt.width();
        }
        if (offset == 0) throw RubatoException.failed(spec.train() + ": no column is left to learn from");
        return columns;
    }

    private static List<String> classes(Part training, int column, DataSpec spec) {
        TreeSet<String> names = new TreeSet<>();
        for (int row : training.rows()) names.add(training.table().rows().get(row)[column]);
        if (names.size() < 2 || spec.classes() > 0 && names.size() > spec.classes()) {
            throw RubatoException.failed(spec.train() + ": column '"
                    + training.table().header().get(column) + "' has " + names.size() + " classes, "
                    + (spec.classes() > 0 ? "data.classes is " + spec.classes() : "at least 2 are needed"));
        }
        return List.copyOf(names);
    }

    private static void write(
            String part, Part from, List<CsvColumn> columns, int label, List<String> classes, CacheWriter out) {
        int features = columns.stream().mapToInt(CsvColumn::width).sum();
        long numeric = columns.stream().filter(CsvColumn::isNumeric).count();
        if (2 * numeric >= features) dense(part, from, columns, label, classes, features, out);
        else sparse(part, from, columns, label, classes, features, out);
    }

    private static int classOf(Part from, int row, int label, List<String> classes) {
        int number = classes.indexOf(from.table().rows().get(row)[label]);
        if (number < 0) throw from.table().bad(row, label, "class does not occur in the training part");
        return number;
    }

    private static void dense(
            String part,
            Part from,
            List<CsvColumn> columns,
            int label,
            List<String> classes,
            int features,
            CacheWriter out) {
        out.section(part + ".labels");
        for (int row : from.rows()) out.putInt(classOf(from, row, label, classes));
        out.section(part + ".values");
        float[] values = new float[features];
        for (int row : from.rows()) {
            java.util.Arrays.fill(values, 0);
            for (CsvColumn column : columns) column.encode(from.table(), row, (index, value) -> values[index] = value);
            for (float value : values) out.putFloat(value);
        }
        out.property(part + ".layout", Layout.FLOATS.name());
        out.property(part + ".size", from.rows().length);
        out.property(part + ".features", features);
        out.property(part + ".classes", classes.size());
    }

    private static void sparse(
            String part,
            Part from,
            List<CsvColumn> columns,
            int label,
            List<String> classes,
            int features,
            CacheWriter out) {
        SparseRows rows = new SparseRows();
        for (int row : from.rows()) {
            for (CsvColumn column : columns) column.encode(from.table(), row, rows::add);
            rows.endRow(classOf(from, row, label, classes));
        }
        rows.write(part, rows.rows(), i -> i, features, classes.size(), number -> number, out);
    }
}
