package rubato.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
        Source source = Source.open(path);
        try (CSVParser parser =
                CSVParser.builder().setReader(source.text()).setFormat(format).get()) {
            Map<String, String> once = new HashMap<>();
            for (CSVRecord row : parser) {
                if (header.isEmpty()) header.addAll(row.toList());
                else add(row, parser.getCurrentLineNumber(), header.size(), path, once, rows, lines);
            }
        } catch (IOException e) {
            throw unreadable(source, e);
        } catch (UncheckedIOException e) {
            throw unreadable(source, Objects.requireNonNull(e.getCause()));
        }
        requireDistinct(header, path);
        if (rows.isEmpty()) throw RubatoException.failed(path + ": holds no rows below its header");
        return new Table(path, header, rows, lines);
    }

    private static RubatoException unreadable(Source source, IOException e) {
        return e instanceof CSVException ? source.bad("not readable as CSV: " + e.getMessage()) : source.notText(e);
    }

    private static void requireDistinct(List<String> header, Path path) {
        Set<String> names = new HashSet<>();
        for (String name : header) {
            if (!names.add(name)) throw RubatoException.failed(path + " line 1: two columns are called '" + name + "'");
        }
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
