package rubato.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import rubato.random.Mix64;

/**
 * How one CSV column becomes features {@code offset .. offset + width}, learnt from the training part.
 *
 * @param categories sorted; empty unless one-hot
 */
record CsvColumn(ColumnSpec spec, int offset, int width, List<String> categories, double mean, double deviation) {
    /** Takes a feature and its value. */
    @FunctionalInterface
    interface Sink {
        void put(int index, float value);
    }

    /** Numeric if every training cell is a number, else one-hot. */
    static ColumnSpec guess(String name, Table table, int[] rows) {
        int column = table.column(name);
        for (int row : rows) {
            try {
                Double.parseDouble(table.rows().get(row)[column]);
            } catch (NumberFormatException e) {
                return ColumnSpec.oneHot(name);
            }
        }
        return ColumnSpec.numeric(name);
    }

    static CsvColumn learn(ColumnSpec spec, int offset, Table table, int[] rows) {
        int column = table.column(spec.name());
        if (spec.type() == ColumnSpec.Type.NUMERIC) return numeric(spec, offset, table, column, rows);
        if (spec.encoding() == ColumnSpec.Encoding.HASHED) {
            return new CsvColumn(spec, offset, spec.buckets(), List.of(), 0, 1);
        }
        TreeSet<String> seen = new TreeSet<>();
        for (int row : rows) seen.add(table.rows().get(row)[column]);
        return new CsvColumn(spec, offset, seen.size(), List.copyOf(seen), 0, 1);
    }

    private static CsvColumn numeric(ColumnSpec spec, int offset, Table table, int column, int[] rows) {
        if (!spec.standardize()) return new CsvColumn(spec, offset, 1, List.of(), 0, 1);
        double sum = 0;
        for (int row : rows) sum += table.number(row, column);
        double mean = sum / rows.length;
        double squares = 0;
        for (int row : rows) squares += (table.number(row, column) - mean) * (table.number(row, column) - mean);
        double deviation = Math.sqrt(squares / rows.length);
        return new CsvColumn(spec, offset, 1, List.of(), mean, deviation > 0 ? deviation : 1);
    }

    boolean isNumeric() {
        return spec.type() == ColumnSpec.Type.NUMERIC;
    }

    /** Puts the features of one cell; a category not seen in training puts none. */
    void encode(Table table, int row, Sink sink) {
        int column = table.column(spec.name());
        if (isNumeric()) {
            float value = (float) ((table.number(row, column) - mean) / deviation);
            if (value != 0) sink.put(offset, value);
            return;
        }
        String cell = table.rows().get(row)[column];
        int place = spec.encoding() == ColumnSpec.Encoding.HASHED
                ? bucket(cell)
                : java.util.Collections.binarySearch(categories, cell);
        if (place >= 0) sink.put(offset + place, 1);
    }

    private int bucket(String cell) {
        long hash = 0;
        for (byte b : cell.getBytes(StandardCharsets.UTF_8)) hash = Mix64.mix(hash, b);
        return (int) Long.remainderUnsigned(hash, width);
    }
}
