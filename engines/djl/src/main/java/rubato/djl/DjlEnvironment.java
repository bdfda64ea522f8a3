package rubato.djl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rubato.data.DataHome;

/** What a worker process needs around it to run PyTorch fast, alike every time, offline and without telemetry. */
public final class DjlEnvironment {
    private static final String DATA_HOME = "rubato.djl.data-home";

    private DjlEnvironment() {}

    /** Where jars and unpacked libraries of this process lie: the property {@code rubato.djl.data-home}, else this user's data. */
    static Path dataHome() {
        String home = System.getProperty(DATA_HOME);
        return home != null ? Path.of(home) : DataHome.directory();
    }

    /**
     * Environment variables. OpenMP must not spin (it costs the neighbours 10 to 40 times), and glibc must keep freed
     * memory: otherwise every tensor above 128 KiB is mapped and page-faulted anew. Huge pages (glibc 2.35, where the kernel
     * leaves them to the program) spare the matrix products their misses in the page tables.
     */
    public static Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("OMP_NUM_THREADS", "1");
        variables.put("MKL_NUM_THREADS", "1");
        variables.put("OMP_WAIT_POLICY", "passive");
        variables.put("GOMP_SPINCOUNT", "0");
        variables.put("MALLOC_MMAP_MAX_", "0");
        variables.put("MALLOC_TRIM_THRESHOLD_", "-1");
        variables.put("MALLOC_TOP_PAD_", "268435456");
        variables.put("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        variables.put("OPT_OUT_TRACKING", "true");
        return variables;
    }

    /** Arguments of the worker's JVM, with this user's data where {@code dataHome} says. */
    public static List<String> jvmArgs(Path dataHome) {
        List<String> arguments = new ArrayList<>(jvmArgs());
        arguments.add("-D" + DATA_HOME + "=" + dataHome.toAbsolutePath());
        return arguments;
    }

    /** Arguments of the worker's JVM, with this user's data in the usual place. */
    public static List<String> jvmArgs() {
        List<String> arguments = new ArrayList<>();
        properties().forEach((name, value) -> arguments.add("-D" + name + "=" + value));
        if (Runtime.version().feature() >= 22) arguments.add("--enable-native-access=ALL-UNNAMED");
        return arguments;
    }

    /** System properties; the model sets those that are absent before it loads the engine. */
    static Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("ai.djl.offline", "true");
        properties.put("OPT_OUT_TRACKING", "true");
        properties.put("ai.djl.pytorch.num_threads", "1");
        properties.put("ai.djl.pytorch.num_interop_threads", "1");
        properties.put("ai.djl.pytorch.graph_optimizer", "false");
        return properties;
    }
}
