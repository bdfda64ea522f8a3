package rubato.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import rubato.data.Catalog;
import rubato.data.DataHome;
import rubato.data.DataSets;
import rubato.data.DataSpec;
import rubato.data.Dataset;
import rubato.data.Split;
import rubato.error.RubatoException;

/** Real data for tests; what cannot be had skips the test and says why. */
final class RealSets {
    private static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz");
    /** The LIBSVM project's a9a, training file. */
    private static final Path A9A = Path.of(System.getProperty("rubato.test.a9a", "../../shared/data/a9a/a9a"));

    private RealSets() {}

    static Split fashionMnist(Path directory) {
        assumeTrue(Files.exists(DEBIAN), "SKIPPED: Debian's package dataset-fashion-mnist is not installed");
        return DataSets.open(Catalog.get("fashion-mnist", directory, line -> {}), directory.resolve("cache"));
    }

    /** From this user's data, or by the ways of {@code rubato data get mnist}. */
    static Split mnist(Path directory) {
        try {
            return DataSets.open(Catalog.get("mnist", DataHome.directory(), line -> {}), directory.resolve("cache"));
        } catch (RubatoException e) {
            assumeTrue(false, "SKIPPED: MNIST cannot be had: " + e.getMessage());
            throw e;
        }
    }

    static Dataset a9a(Path directory) {
        assumeTrue(Files.exists(A9A), "SKIPPED: a9a is not there; name it by -Drubato.test.a9a=FILE");
        DataSpec spec = DataSpec.libsvm(A9A.toString(), A9A.toString());
        return DataSets.open(spec, directory.resolve("cache")).train();
    }

    /** A linear model that starts at zero. */
    static Model linear(String kind, Dataset data) {
        return Models.make(new ModelSpec(kind, List.of(), 1, true, "zeros"), data);
    }
}
