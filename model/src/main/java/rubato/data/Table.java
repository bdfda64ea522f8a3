package rubato.data;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import rubato.data.file.Source;
import rubato.error.RubatoException;

/** A CSV file in memory: header and cells, equal texts kept once. Quotes as in RFC 4180; blank lines are passed over. */
record Table(Path path, List<String> header, List<String[]> rows, List<Long> lines) {
    static Table read(Path path, char separator) {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(separator)
                .setIgnoreEmptyLines(true)
                .setIgnoreSurroundingSpaces(true)
                .get();
        List<String> header = new ArrayList<>();
        List<String[]> rows = new ArrayList<>();
        List<Long> lines = new ArrayList<>();
        try (CSVParser parser = CSVParser.builder()
                .setReader(new InputStreamReader(Source.open(path), StandardCharsets.UTF_8))
                .setFormat(format)
                .get()) {
            Map<String, String> once = new HashMap<>();
            for (CSVRecord row : parser) {
                if (header.isEmpty()) header.addAll(row.toList());
                else add(row, parser.getCurrentLineNumber(), header.size(), path, once, rows, lines);
            }
        } catch (CSVException | java.io.UncheckedIOException e) {
            throw RubatoException.failed(path + ": not readable as CSV: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (rows.isEmpty()) throw RubatoException.failed(path + ": holds no rows below its header");
        return new Table(path, header, rows, lines);
    }

    private static void add(
            CSVRecord row,
            long line,
            int width,
            Path path,
            Map<String, String> once,
            List<String[]> rows,
            List<Long> lines) {
        if (row.size() != width) {
            throw RubatoException.failed(
                    path + " line " + line + ": has " + row.size() + " cells, the header " + width);
        }
        String[] cells = new String[width];
        for (int i = 0; i < width; i++) cells[i] = once.computeIfAbsent(row.get(i), text -> text);
        rows.add(cells);
        lines.add(line);
    }

    int column(String name) {
        int at = header.indexOf(name);
        if (at < 0) {
            throw RubatoException.failed(
                    path + ": has no column '" + name + "', its columns are " + String.join(", ", header));
        }
        return at;
    }

    /** A cell as a finite number. */
    double number(int row, int column) {
        String text = rows.get(row)[column];
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) return value;
        } catch (NumberFormatException e) {
            throw bad(row, column, "'" + text + "' is not a number");
        }
        throw bad(row, column, "'" + text + "' is not finite");
    }

    RubatoException bad(int row, int column, String what) {
        return RubatoException.failed(
                path + " line " + lines.get(row) + ", column '" + header.get(column) + "': " + what);
    }
}
