package rubato.schedule;

/** Elements {@code from .. to} of the vector, without {@code to}. */
public record Span(int from, int to) {
    public Span {
        if (from < 0 || to < from)
            throw new IllegalArgumentException("a span must be 0 <= from <= to, was " + from + ".." + to);
    }

    public int length() {
        return to - from;
    }

    boolean isEmpty() {
        return from == to;
    }

    /** Part {@code part} of {@code parts} as equal as can be, cut at multiples of {@code unit} from the start. */
    public Span part(int part, int parts, int unit) {
        return parts(part, part + 1, parts, unit);
    }

    /** Parts {@code first .. end} of {@code parts}, without {@code end}. */
    Span parts(int first, int end, int parts, int unit) {
        return new Span(edge(first, parts, unit), edge(end, parts, unit));
    }

    private int edge(int part, int parts, int unit) {
        long units = (length() + (long) unit - 1) / unit;
        return (int) Math.min(to, from + units * part / parts * unit);
    }
}
