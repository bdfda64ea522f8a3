package rubato.observe;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns; a heading that begins with {@code >} aligns its column to the right. */
final class TextTable {
    private final List<String> headings = new ArrayList<>();
    private final boolean[] right;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... columns) {
        right = new boolean[columns.length];
        for (int i = 0; i < columns.length; i++) {
            right[i] = columns[i].startsWith(">");
            headings.add(right[i] ? columns[i].substring(1) : columns[i]);
        }
        rows.add(headings);
    }

    void add(String... cells) {
        List<String> row = new ArrayList<>();
        for (String cell : cells) row.add(PlainText.of(cell));
        rows.add(row);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) text.append(line(row)).append(System.lineSeparator());
        return text.toString();
    }

    private String line(List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String space = " ".repeat(width(i) - row.get(i).length());
            line.append(right[i] ? space + row.get(i) : row.get(i) + space).append("  ");
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
