package rubato.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real data where this machine has it; each test says why if it is skipped. */
class KnownDataTest {
    @TempDir
    Path directory;

    @Test
    void fashion_mnist_of_the_debian_package_has_its_known_content() {
        Path debian = Path.of("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz");
        assumeTrue(Files.exists(debian), "SKIPPED: Debian's package dataset-fashion-mnist is not installed");
        Split split = DataSets.open(Catalog.get("fashion-mnist", directory, line -> {}), directory.resolve("cache"));
        assertThat(split.train().size()).isEqualTo(60_000);
        assertThat(split.test().size()).isEqualTo(10_000);
        assertThat(split.fingerprint()).isEqualTo("470be0af9681f26cac9d9ea3fe8b00bdde7b20f6dc73883f2ae4dcdb17c8a89a");
        // 0.2860 is the mean pixel that publications normalize by.
        assertThat(meanPixel((DenseDataset) split.train())).isBetween(0.28595, 0.28605);
        assertThat(perClass(split.train())).containsOnly(6000);
        assertThat(perClass(split.test())).containsOnly(1000);
    }

    @Test
    void a9a_is_read_with_plus_minus_one_in_one_file_and_zero_one_in_the_other() {
        Path a9a = Path.of(System.getProperty("rubato.shared", "../../shared"), "data", "a9a");
        assumeTrue(Files.isDirectory(a9a), "SKIPPED: no data/a9a under -Drubato.shared");
        Split split = DataSets.open(
                DataSpec.libsvm(
                        a9a.resolve("a9a").toString(), a9a.resolve("a9a.t").toString()),
                directory.resolve("cache"));
        assertThat(split.train().features()).isEqualTo(123);
        assertThat(perClass(split.train())).containsExactly(24_720, 7_841);
        assertThat(perClass(split.test())).containsExactly(12_435, 3_846);
    }

    private static int[] perClass(Dataset data) {
        int[] count = new int[data.classes()];
        for (int i = 0; i < data.size(); i++) count[data.label(i)]++;
        return count;
    }

    private static double meanPixel(DenseDataset data) {
        float[] row = new float[data.features()];
        double sum = 0;
        for (int i = 0; i < data.size(); i++) {
            data.copy(i, row, 0);
            for (float v : row) sum += v;
        }
        return sum / data.size() / data.features();
    }
}
