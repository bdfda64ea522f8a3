package rubato.data;

/**
 * How a part of a data set lies in the cache. Every part has properties {@code PART.layout}, {@code .size}, {@code .features},
 * {@code .classes}; every one but {@link #TEXT} a section {@code PART.labels} of int32.
 */
enum Layout {
    /** {@code PART.pixels}: unsigned bytes, row by row; properties {@code .height .width .channels}. */
    PIXELS,
    /** {@code PART.values}: float32, row by row. */
    FLOATS,
    /** {@code PART.starts}: int64, size + 1; {@code PART.indices}: int32; {@code PART.values}: float32 (compressed sparse rows). */
    SPARSE,
    /** {@code PART.characters}: int32 places in the vocabulary; property {@code .context}. */
    TEXT
}
