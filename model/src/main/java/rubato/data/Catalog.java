package rubato.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import rubato.error.RubatoException;

/** The data sets known by name. */
public final class Catalog {
    private static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");

    private Catalog() {}

    public static DataSpec get(String name, Path dataDir, Consumer<String> progress) {
        if (!name.equals("fashion-mnist")) throw RubatoException.usage("unknown data set '" + name + "'");
        for (Path dir : List.of(dataDir.resolve(name), DEBIAN)) {
            if (Files.exists(dir.resolve("train-images-idx3-ubyte.gz"))) {
                progress.accept(name + ": " + dir);
                UnaryOperator<String> at = f -> dir.resolve(f + "-ubyte.gz").toString();
                return DataSpec.idx(
                                at.apply("train-images-idx3"),
                                at.apply("train-labels-idx1"),
                                at.apply("t10k-images-idx3"),
                                at.apply("t10k-labels-idx1"))
                        .withName(name);
            }
        }
        throw RubatoException.failed(name + " is not on this machine");
    }
}
