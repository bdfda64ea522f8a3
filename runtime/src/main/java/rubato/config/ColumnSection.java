package rubato.config;

/**
 * One entry of {@code data.columns}.
 *
 * @param type numeric or categorical
 * @param encoding one-hot or hashed (categorical)
 * @param buckets of the hashed encoding
 * @param standardize numeric: mean 0 and deviation 1 over the training part
 */
public record ColumnSection(String name, String type, String encoding, int buckets, boolean standardize) {}
