package rubato.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real data where this machine has it. */
class KnownDataTest {
    @TempDir
    Path directory;

    @Test
    void fashion_mnist_of_the_debian_package_has_its_known_sums() {
        Path debian = Path.of("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz");
        assumeTrue(Files.exists(debian), "SKIPPED: Debian's package dataset-fashion-mnist is not installed");
        DataSpec spec = Catalog.get("fashion-mnist", directory, line -> {});
        long start = System.nanoTime();
        Split split = DataSets.open(spec, directory.resolve("cache"));
        long first = System.nanoTime();
        DataSets.open(spec, directory.resolve("cache"));
        System.out.println("decoded in " + (first - start) / 1e6 + " ms, reopened in "
                + (System.nanoTime() - first) / 1e6 + " ms " + split.fingerprint());
        assertThat(split.train().size()).isEqualTo(60_000);
        assertThat(split.test().size()).isEqualTo(10_000);
        assertThat(split.train().features()).isEqualTo(784);
        float[] row = new float[784];
        double sum = 0;
        long t = System.nanoTime();
        for (int i = 0; i < 60_000; i++) {
            ((DenseDataset) split.train()).copy(i, row, 0);
            for (float v : row) sum += v;
        }
        System.out.println("pass " + (System.nanoTime() - t) / 1e6 + " ms");
        assertThat(sum / 60_000 / 784).isBetween(0.2860, 0.2861);
    }
}
