package rubato.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.data.cache.CacheDirectory;
import rubato.data.cache.CacheFile;
import rubato.error.RubatoException;

/** The cache of decoded data: built once, found again, never believed when damaged. */
class CacheTest {
    @TempDir
    Path home;

    private CacheDirectory directory() {
        return new CacheDirectory(home.resolve("cache"), Duration.ofSeconds(20));
    }

    private static CacheDirectory.Build numbers(AtomicInteger builds) {
        return out -> {
            builds.incrementAndGet();
            out.property("size", 1000);
            out.section("numbers");
            for (int i = 0; i < 1000; i++) out.putInt(i * i);
        };
    }

    private static int sum(CacheFile file) throws IOException {
        var numbers = file.whole("numbers").orElseThrow().asIntBuffer();
        int sum = 0;
        for (int i = 0; i < numbers.limit(); i++) sum += numbers.get(i);
        return sum;
    }

    @Test
    void what_is_there_is_not_built_again() throws IOException {
        AtomicInteger builds = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            try (CacheFile file = directory().open("key", numbers(builds))) {
                assertThat(sum(file)).isEqualTo(332_833_500);
                assertThat(file.number("size")).isEqualTo(1000);
            }
        }
        assertThat(builds).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8, 70, 2000, -1, -8, -12, -20, -24, -30, -60})
    void a_flipped_byte_anywhere_makes_it_be_built_anew(int at) throws IOException {
        AtomicInteger builds = new AtomicInteger();
        directory().open("key", numbers(builds)).close();
        Path file = home.resolve("cache/key.cache");
        byte[] bytes = Files.readAllBytes(file);
        bytes[at < 0 ? bytes.length + at : at] ^= 0x10;
        Files.write(file, bytes);
        boolean padding = at == 8;
        try (CacheFile rebuilt = directory().open("key", numbers(builds))) {
            assertThat(sum(rebuilt)).isEqualTo(332_833_500);
        }
        assertThat(builds).hasValue(padding ? 1 : 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 100, 4000})
    void a_truncated_file_is_built_anew(int length) throws IOException {
        AtomicInteger builds = new AtomicInteger();
        directory().open("key", numbers(builds)).close();
        Path file = home.resolve("cache/key.cache");
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), length));
        directory().open("key", numbers(builds)).close();
        assertThat(builds).hasValue(2);
    }

    @Test
    void a_build_that_fails_leaves_nothing_but_the_lock() throws IOException {
        assertThatThrownBy(() -> directory().open("key", out -> {
                    out.section("numbers");
                    throw RubatoException.failed("bad data");
                }))
                .hasMessage("bad data");
        try (Stream<Path> left = Files.list(home.resolve("cache"))) {
            assertThat(left.map(p -> p.getFileName().toString())).containsExactly("key.lock");
        }
    }

    @Test
    void leftovers_of_a_builder_that_died_are_removed() throws IOException {
        Files.createDirectories(home.resolve("cache"));
        Path leftover = Files.writeString(home.resolve("cache/key.cache.123.tmp"), "half");
        directory().open("key", numbers(new AtomicInteger())).close();
        assertThat(leftover).doesNotExist();
    }

    @Test
    void threads_that_open_at_once_build_once() throws Exception {
        AtomicInteger builds = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> sums = new ArrayList<>();
        Callable<Integer> opening = () -> {
            start.await();
            try (CacheFile file = directory().open("key", numbers(builds))) {
                return sum(file);
            }
        };
        for (int i = 0; i < 8; i++) sums.add(threads.submit(opening));
        start.countDown();
        for (Future<Integer> sum : sums)
            assertThat(sum.get(20, TimeUnit.SECONDS)).isEqualTo(332_833_500);
        threads.shutdown();
        assertThat(builds).hasValue(1);
    }

    @Test
    void whoever_waits_too_long_for_another_builder_says_so() throws Exception {
        CountDownLatch building = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        ExecutorService other = Executors.newSingleThreadExecutor();
        CacheDirectory.Build slow = out -> {
            building.countDown();
            await(done);
        };
        Future<CacheFile> held = other.submit(() -> directory().open("key", slow));
        building.await();
        CacheDirectory impatient = new CacheDirectory(home.resolve("cache"), Duration.ofMillis(30));
        assertThatThrownBy(() -> impatient.open("key", numbers(new AtomicInteger())))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("key.lock is locked");
        done.countDown();
        held.get(20, TimeUnit.SECONDS).close();
        other.shutdown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_source_that_changed_is_decoded_again() throws IOException {
        Path source = Files.writeString(home.resolve("a"), "0 1:1\n1 1:2\n");
        DataSpec spec = DataSpec.libsvm(source.toString(), source.toString());
        String before = DataSets.open(spec, home.resolve("cache")).fingerprint();
        Files.writeString(source, "0 1:1\n1 1:3\n");
        Split after = DataSets.open(spec, home.resolve("cache"));
        assertThat(after.fingerprint()).isNotEqualTo(before);
    }

    @Test
    void a_cache_that_cannot_be_written_is_told_with_a_remedy() throws IOException {
        Path source = Files.writeString(home.resolve("a"), "0 1:1\n1 1:2\n");
        Path notDirectory = Files.writeString(home.resolve("file"), "");
        DataSpec spec = DataSpec.libsvm(source.toString(), source.toString());
        assertThatThrownBy(() -> DataSets.open(spec, notDirectory.resolve("cache")))
                .isInstanceOfSatisfying(RubatoException.class, e -> {
                    assertThat(e).hasMessageContaining("data cache").hasMessageContaining("cannot be used");
                    assertThat(e.remedy()).hasValueSatisfying(r -> assertThat(r).contains("RUBATO_DATA"));
                });
    }

    @Test
    @Tag("process")
    void processes_that_open_at_once_share_one_file() throws Exception {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 20_000; i++)
            rows.append(i % 2).append(" 1:").append(i).append(" 7:1\n");
        Path source = Files.writeString(home.resolve("a"), rows);
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) processes.add(opener(source));
        List<String> answers = new ArrayList<>();
        for (Process process : processes) {
            answers.add(new String(process.getInputStream().readAllBytes()).strip());
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(answers).allMatch(a -> a.matches("[0-9a-f]{64}")).containsOnly(answers.get(0));
        try (Stream<Path> files = Files.list(home.resolve("cache"))) {
            assertThat(files.filter(p -> p.toString().endsWith(".cache"))).hasSize(1);
        }
    }

    private Process opener(Path source) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        source.toString(),
                        home.resolve("cache").toString())
                .redirectErrorStream(true)
                .start();
    }

    /** Opens a LIBSVM file in a process of its own and prints the fingerprint. */
    public static final class Opener {
        private Opener() {}

        public static void main(String[] args) {
            DataSpec spec = DataSpec.libsvm(args[0], args[0]);
            System.out.println(DataSets.open(spec, Path.of(args[1])).fingerprint());
        }
    }
}
