package rubato.data;

import rubato.data.cache.CacheWriter;

/** Reads one format: checks everything, and writes the parts {@code train} and {@code test} in one of the {@link Layout}s. */
interface Decoder {
    void decode(DataSpec spec, CacheWriter out);
}
