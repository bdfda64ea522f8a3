package rubato.data;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import rubato.data.cache.CacheDirectory;
import rubato.data.cache.CacheFile;
import rubato.data.file.FileHashes;
import rubato.data.file.Sha256;
import rubato.data.file.Source;
import rubato.error.RubatoException;

/** Opens data sets: decoded and checked once per machine, from then on mapped from a cache that local processes share. */
public final class DataSets {
    /** Part of every cache key; goes up when decoding changes. */
    private static final String DECODING = "2";

    private static final Duration BUILD_DEADLINE = Duration.ofMinutes(10);

    private DataSets() {}

    /**
     * Opens a data set whose files are known (for a set known by name, its name finds them).
     *
     * @param cacheDir where decoded data is kept; made if absent
     * @throws RubatoException that names file, place and fault if the data is missing or damaged
     */
    public static Split open(DataSpec spec, Path cacheDir) {
        Decoder decoder = decoder(spec);
        List<Path> files = spec.files().stream().map(Path::of).toList();
        files.forEach(Source::require);
        try (CacheFile cache = new CacheDirectory(cacheDir, BUILD_DEADLINE)
                .open(key(spec, files, cacheDir), out -> decoder.decode(spec, out))) {
            Dataset train = new CachedDataset(cache, "train").map();
            Dataset test = new CachedDataset(cache, "test").map();
            return new Split(spec.name(), train, test, cache.fingerprint());
        } catch (IOException e) {
            throw RubatoException.failed("data cache " + cacheDir + " cannot be read: " + e, e);
        }
    }

    private static Decoder decoder(DataSpec spec) {
        return switch (spec.format()) {
            case "idx" -> new IdxDecoder();
            case "libsvm" -> new LibsvmDecoder();
            case "csv" -> new CsvDecoder();
            case "text" -> new TextDecoder();
            default ->
                throw RubatoException.usage("data.format is not set, and '" + spec.name() + "' was not looked up");
        };
    }

    private static String key(DataSpec spec, List<Path> files, Path cacheDir) {
        FileHashes hashes = new FileHashes(cacheDir.resolve("sources"));
        StringBuilder key = new StringBuilder(DECODING).append('\n').append(spec.recipe());
        for (Path file : files) key.append('\n').append(hashes.of(file));
        return Sha256.of(key.toString());
    }
}
