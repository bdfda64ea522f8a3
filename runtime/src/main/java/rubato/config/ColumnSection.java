package rubato.config;

/**
 * One entry of {@code data.columns}.
 *
 * @param type numeric, categorical, ignore
 * @param encoding onehot or hashed (categorical)
 * @param buckets of the hashed encoding
 */
public record ColumnSection(String name, String type, String encoding, int buckets) {}
