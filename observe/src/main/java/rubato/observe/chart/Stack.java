package rubato.observe.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Parts of a whole over steps, one upon the other; each row holds until the next. Bounded: rows thin out, late names become "others". */
public final class Stack {
    private static final int ROWS = 800;
    private static final int COLOURS = 8;

    private record Row(double step, double[] parts) {}

    private final Map<String, Integer> columns = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private long every = 1;
    private long seen;

    public void add(long step, List<String> names, List<Double> parts) {
        double[] row = new double[COLOURS];
        for (int i = 0; i < Math.min(names.size(), parts.size()); i++) row[column(names.get(i))] += parts.get(i);
        if (seen++ % every != 0) rows.remove(rows.size() - 1);
        rows.add(new Row((double) step, row));
        if (rows.size() > ROWS) thin();
    }

    private int column(String name) {
        Integer known = columns.get(name);
        if (known != null) return known;
        if (columns.size() >= COLOURS - 1) return columns.computeIfAbsent("others", n -> COLOURS - 1);
        columns.put(name, columns.size());
        return columns.size() - 1;
    }

    private void thin() {
        List<Row> kept = new ArrayList<>();
        for (int i = 0; i < rows.size(); i += 2) kept.add(rows.get(i));
        rows.clear();
        rows.addAll(kept);
        every *= 2;
    }

    public String html(String title, String unit, Across across) {
        StringBuilder drawn = new StringBuilder();
        columns.forEach((name, column) -> drawn.append(area(name, column, across)));
        List<Frame.Key> keys = columns.entrySet().stream()
                .map(e -> new Frame.Key(e.getKey(), e.getValue(), Series.Kind.STEPS))
                .toList();
        return new Frame(title, unit, across, Scale.exact(0, 1), Format.PERCENT).around(drawn.toString(), keys);
    }

    private String area(String name, int column, Across across) {
        return "<g class=\"series area c" + column + "\" data-name=\"" + Html.escape(name)
                + "\" data-kind=\"steps\" data-x=\"" + figures(r -> r.step) + "\" data-y=\""
                + figures(r -> r.parts[column]) + "\"><path class=\"fill\" d=\"" + outline(column, across.scale())
                + "\"/></g>\n";
    }

    private String figures(java.util.function.ToDoubleFunction<Row> value) {
        return rows.stream().map(r -> SvgPath.figure(value.applyAsDouble(r))).collect(Collectors.joining(" "));
    }

    private String outline(int column, Scale x) {
        SvgPath path = new SvgPath();
        for (Row row : rows) path.stairs(x.position(row.step), below(row, column + 1));
        path.along(1).line(1, below(rows.get(rows.size() - 1), column));
        for (int i = rows.size() - 1; i >= 0; i--) {
            double height = below(rows.get(i), column);
            path.line(i == rows.size() - 1 ? 1 : x.position(rows.get(i + 1).step), height)
                    .line(x.position(rows.get(i).step), height);
        }
        return path.close().toString();
    }

    private static double below(Row row, int column) {
        double sum = 0;
        for (int i = 0; i < column; i++) sum += row.parts[i];
        return Math.min(1, sum);
    }
}
