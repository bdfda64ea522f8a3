package rubato.data.cache;

/** A run of bytes in a cache file: where it lies and its CRC-32C. */
record Section(String name, long offset, long bytes, long checksum) {}
