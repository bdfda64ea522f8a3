package rubato.djl;

import java.nio.file.Path;

/** PyTorch's native library for tests, fetched the way users get it and kept between builds. */
final class Natives {
    private Natives() {}

    /** Loads the engine in this JVM. */
    static void load() {
        if (System.getProperty("rubato.djl.data-home") == null) {
            Path home = Path.of(System.getProperty("user.home"), ".cache", "rubato-test");
            System.setProperty("rubato.djl.data-home", home.toString());
        }
        Torch.engine();
    }
}
