package rubato.data;

import rubato.error.RubatoException;

/**
 * How one CSV column becomes features. Numeric: its value, or with {@code standardize} (value − mean) / deviation over the training
 * part. Categorical: one feature per category seen in the training part (one-hot), or one of {@code buckets} by a hash (hashed).
 */
public record ColumnSpec(String name, Type type, Encoding encoding, int buckets, boolean standardize) {
    /** What the cells hold. */
    public enum Type {
        NUMERIC,
        CATEGORICAL
    }

    /** How categories become features; without meaning for numbers. */
    public enum Encoding {
        ONE_HOT,
        HASHED
    }

    private static final int MOST_BUCKETS = 1 << 26;

    public ColumnSpec {
        if (name.isEmpty()) throw RubatoException.usage("data.columns: a column's name must not be empty");
        boolean hashed = type == Type.CATEGORICAL && encoding == Encoding.HASHED;
        if (hashed && (buckets < 1 || buckets > MOST_BUCKETS)) {
            throw RubatoException.usage(
                    "data.columns: buckets of column '" + name + "' must be 1 .. " + MOST_BUCKETS + ", was " + buckets);
        }
    }

    public static ColumnSpec numeric(String name) {
        return new ColumnSpec(name, Type.NUMERIC, Encoding.ONE_HOT, 0, false);
    }

    public static ColumnSpec standardized(String name) {
        return new ColumnSpec(name, Type.NUMERIC, Encoding.ONE_HOT, 0, true);
    }

    public static ColumnSpec oneHot(String name) {
        return new ColumnSpec(name, Type.CATEGORICAL, Encoding.ONE_HOT, 0, false);
    }

    public static ColumnSpec hashed(String name, int buckets) {
        return new ColumnSpec(name, Type.CATEGORICAL, Encoding.HASHED, buckets, false);
    }

    /**
     * From the words of a configuration.
     *
     * @param type {@code numeric} or {@code categorical}
     * @param encoding {@code one-hot} or {@code hashed}; "" means one-hot
     */
    public static ColumnSpec of(String name, String type, String encoding, int buckets, boolean standardize) {
        Type t = switch (type) {
            case "numeric" -> Type.NUMERIC;
            case "categorical" -> Type.CATEGORICAL;
            default ->
                throw RubatoException.usage("data.columns: type of column '" + name
                        + "' must be numeric or categorical, was '" + type + "'");
        };
        Encoding e = switch (encoding) {
            case "", "one-hot" -> Encoding.ONE_HOT;
            case "hashed" -> Encoding.HASHED;
            default ->
                throw RubatoException.usage("data.columns: encoding of column '" + name
                        + "' must be one-hot or hashed, was '" + encoding + "'");
        };
        return new ColumnSpec(name, t, e, buckets, standardize);
    }
}
