package rubato.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import rubato.data.fetch.KnownSet;
import rubato.data.fetch.Way;
import rubato.data.file.FileMutex;
import rubato.error.RubatoException;

/** The data sets known by name: where they are, and how they are obtained once. */
public final class Catalog {
    private static final Duration DEADLINE = Duration.ofMinutes(30);

    private Catalog() {}

    /** One known set, for a list. */
    public record Listing(String name, String about, boolean present, String where) {}

    public static List<Listing> list(Path dataDir) {
        List<Listing> all = new ArrayList<>();
        for (KnownSet set : KnownSet.all().values()) {
            Path place = present(set, dataDir);
            String ways =
                    String.join(", else ", set.ways().stream().map(Way::source).toList());
            all.add(new Listing(set.name(), set.about(), place != null, place != null ? place.toString() : ways));
        }
        return all;
    }

    /** Names of the known sets. */
    public static List<String> names() {
        return List.copyOf(KnownSet.all().keySet());
    }

    /**
     * Finds a set on this machine or obtains it, trying one way after the other; each that fails says why.
     *
     * @param progress told line by line what is done
     */
    public static DataSpec get(String name, Path dataDir, Consumer<String> progress) {
        KnownSet set = KnownSet.all().get(name);
        if (set == null) {
            throw RubatoException.usage(
                    "data.name = " + name + " is unknown; known sets: " + String.join(", ", names()));
        }
        Path place = present(set, dataDir);
        if (place == null) place = obtain(set, dataDir, progress);
        return spec(set, place);
    }

    private static @Nullable Path present(KnownSet set, Path dataDir) {
        List<Path> places = new ArrayList<>(List.of(dataDir.resolve(set.name())));
        if (!set.local().isEmpty()) places.add(Path.of(set.local()));
        for (Path place : places) {
            if (set.digests().keySet().stream().allMatch(file -> Files.isRegularFile(either(place, file))))
                return place;
        }
        return null;
    }

    /** The file as it is named or, if only that is there, its other form: with {@code .gz} or without. */
    private static Path either(Path place, String file) {
        Path named = place.resolve(file);
        Path other = place.resolve(file.endsWith(".gz") ? file.substring(0, file.length() - 3) : file + ".gz");
        return Files.isRegularFile(named) || !Files.isRegularFile(other) ? named : other;
    }

    private static Path obtain(KnownSet set, Path dataDir, Consumer<String> progress) {
        try {
            Files.createDirectories(dataDir);
            return FileMutex.holding(dataDir.resolve(set.name() + ".lock"), DEADLINE, () -> {
                Path there = present(set, dataDir);
                return there != null ? there : tryAll(set, dataDir, progress);
            });
        } catch (IOException e) {
            throw RubatoException.failed("cannot write to " + dataDir + ": " + e.getMessage(), e)
                    .remedy("Set RUBATO_DATA to a directory with room for data sets.");
        }
    }

    private static Path tryAll(KnownSet set, Path dataDir, Consumer<String> progress) throws IOException {
        List<String> failures = new ArrayList<>();
        for (Way way : set.ways()) {
            Path directory = dataDir.resolve(set.name() + ".part");
            remove(directory);
            Files.createDirectories(directory);
            try {
                progress.accept(set.name() + ": trying " + way.source());
                way.into(directory);
                set.check(directory);
                return Files.move(directory, dataDir.resolve(set.name()), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RubatoException e) {
                failures.add(way.source() + ": " + e.getMessage());
                progress.accept(set.name() + ": " + way.source() + ": " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add("interrupted");
                break;
            } finally {
                remove(directory);
            }
        }
        throw RubatoException.failed("cannot obtain " + set.name() + ": " + String.join("; ", failures))
                .remedy("Put " + String.join(", ", set.digests().keySet()) + " into " + dataDir.resolve(set.name()));
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) return;
        List<Path> all;
        try (Stream<Path> walked = Files.walk(directory)) {
            all = walked.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) Files.deleteIfExists(path);
    }

    private static DataSpec spec(KnownSet set, Path place) {
        List<String> files = set.digests().keySet().stream()
                .map(file -> either(place, file).toString())
                .toList();
        return switch (set.name()) {
            case "bank-marketing" -> bank(files.get(0));
            case "spam" ->
                DataSpec.libsvm(files.get(0), "").withShape(2, 1 << 18).withName("spam");
            default ->
                DataSpec.idx(files.get(0), files.get(1), files.get(2), files.get(3))
                        .withName(set.name());
        };
    }

    private static DataSpec bank(String file) {
        List<ColumnSpec> columns = new ArrayList<>();
        for (String name : List.of("age", "balance", "day", "duration", "campaign", "pdays", "previous")) {
            columns.add(ColumnSpec.standardized(name));
        }
        for (String name :
                List.of("job", "marital", "education", "default", "housing", "loan", "contact", "month", "poutcome")) {
            columns.add(ColumnSpec.oneHot(name));
        }
        return DataSpec.csv(file, "").withTable(";", "y", columns).withName("bank-marketing");
    }
}
