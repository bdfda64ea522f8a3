package rubato.runtime;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import rubato.disk.WholeFile;
import rubato.error.RubatoException;
import rubato.seam.Clock;

/** The layout of a run directory and how one is made. */
public record RunDirectory(Path path) {
    private static final long ADDRESS_NANOS = 60_000_000_000L;
    private static final long ADDRESS_PAUSE_NANOS = 20_000_000;
    private static final String WHERE_RUNS_ARE = "name the directory of a run; `rubato runs` lists those in runs/";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    public Path config() {
        return path.resolve("config.conf");
    }

    public Path ledger() {
        return path.resolve("ledger");
    }

    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    public Path logs() {
        return path.resolve("logs");
    }

    /**
     * The directory of a run there is.
     *
     * @param holds what it has, by name: one of these at least
     */
    public static RunDirectory existing(Path path, String... holds) {
        if (!Files.isDirectory(path))
            throw RubatoException.failed("no run directory " + path).remedy(WHERE_RUNS_ARE);
        for (String name : holds) if (Files.isReadable(path.resolve(name))) return new RunDirectory(path);
        throw RubatoException.failed(path + " is not a run directory: it has no " + holds[0])
                .remedy(WHERE_RUNS_ARE);
    }

    /** A new directory under {@code parent}, named after the run and the time. */
    static RunDirectory fresh(Path parent, String name, long epochMillis) {
        Path wished = parent.resolve(name + "-" + STAMP.format(Instant.ofEpochMilli(epochMillis)));
        Path path = wished;
        for (int more = 2; Files.exists(path); more++) path = parent.resolve(wished.getFileName() + "-" + more);
        return claim(path);
    }

    /** This very directory; it must be absent or empty. */
    static RunDirectory claim(Path path) {
        try {
            if (Files.isDirectory(path) && !isEmpty(path)) {
                throw RubatoException.usage("run directory " + path + " is already in use")
                        .remedy("Choose another with --run-dir, or go on with that run: rubato train --resume " + path);
            }
            Files.createDirectories(path);
        } catch (FileAlreadyExistsException e) {
            throw RubatoException.usage("run directory " + path + " is a file");
        } catch (IOException e) {
            throw RubatoException.usage("cannot make run directory " + path + ": " + reason(e))
                    .remedy("Choose a writable place with --run-dir or --set run.dir=...");
        }
        if (!Files.isWritable(path)) {
            throw RubatoException.usage("run directory " + path + " is not writable")
                    .remedy("Choose another with --run-dir.");
        }
        return new RunDirectory(path);
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.AccessDeniedException
                ? "permission denied"
                : e.getClass().getSimpleName() + " " + e.getMessage();
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            return !entries.iterator().hasNext();
        }
    }

    /** Makes what a run writes into. */
    void prepare(String config) {
        try {
            Files.createDirectories(logs());
            Files.createDirectories(checkpoints());
            WholeFile.write(config(), config);
        } catch (IOException e) {
            throw RubatoException.failed("cannot write to run directory " + path + ": " + e.getMessage(), e);
        }
    }

    /** Waits until a coordinator has written where it listens, or has ended. */
    void awaitAddress(BooleanSupplier ended, Clock clock) {
        long until = clock.nanos() + ADDRESS_NANOS;
        while (!Files.exists(path.resolve("address")) && !ended.getAsBoolean()) {
            if (clock.nanos() > until)
                throw RubatoException.failed("the coordinator did not start in time, see " + logs());
            LockSupport.parkNanos(ADDRESS_PAUSE_NANOS);
        }
    }

    /** Removes a directory in which no training took place. */
    void remove() {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        } catch (IOException e) {
            throw RubatoException.failed("cannot remove " + path + ": " + e.getMessage(), e);
        }
    }
}
