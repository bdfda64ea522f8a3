package rubato.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.disk.DiskFile;
import rubato.error.RubatoException;
import rubato.history.Entry;

/**
 * Checkpoints under one directory, {@code step-0000001234/} each. One is written under a temporary name, forced, manifest
 * last, then renamed: it is whole or absent. Tensors whose name begins with {@value #OPTIMIZER_PREFIX} go to
 * {@code optimizer.safetensors}, all others to {@code model.safetensors}.
 */
public final class CheckpointStore {
    public static final String OPTIMIZER_PREFIX = "optimizer.";
    public static final String MODEL_FILE = "model.safetensors";
    public static final String OPTIMIZER_FILE = "optimizer.safetensors";
    public static final String REPLICA_FILE = "replica.bin";
    static final String TEMPORARY = ".tmp";

    private final Path directory;
    private final Disk disk;

    public CheckpointStore(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** Name of the directory of a step's checkpoint: what the ledger registers. */
    public static String directoryName(long step) {
        return String.format("step-%010d", step);
    }

    public Path directoryOf(long step) {
        return directory.resolve(directoryName(step));
    }

    /**
     * Writes a checkpoint and returns the SHA-256 of its manifest. A sound one of the same state is left as it is; anything
     * else in its place is replaced.
     */
    public String write(Checkpoint checkpoint, Map<String, String> notes) {
        Path place = directoryOf(checkpoint.name().step());
        Path temporary = directory.resolve(directoryName(checkpoint.name().step()) + TEMPORARY);
        try {
            Optional<String> there = soundManifestOf(checkpoint, place);
            if (there.isPresent()) return there.get();
            String sha256 = writeFiles(checkpoint, notes, temporary);
            remove(place);
            disk.move(temporary, place);
            disk.forceDirectory(directory);
            return sha256;
        } catch (IOException e) {
            removeQuietly(temporary);
            throw DiskErrors.failed("write checkpoint", place, e);
        }
    }

    private Optional<String> soundManifestOf(Checkpoint checkpoint, Path place) {
        if (!disk.isDirectory(place)) return Optional.empty();
        CheckpointReader reader = new CheckpointReader(place, disk);
        if (!reader.problems().isEmpty()) return Optional.empty();
        boolean same = reader.manifest().name().equals(checkpoint.name());
        return same ? Optional.of(reader.manifestSha256()) : Optional.empty();
    }

    private String writeFiles(Checkpoint checkpoint, Map<String, String> notes, Path into) throws IOException {
        remove(into);
        disk.createDirectories(into);
        Map<String, String> metadata =
                Map.of("step", Long.toString(checkpoint.name().step()));
        List<Checkpoint.Tensor> model = new ArrayList<>(checkpoint.tensors());
        model.removeIf(CheckpointStore::isOptimizerState);
        List<Checkpoint.Tensor> optimizer = new ArrayList<>(checkpoint.tensors());
        optimizer.removeAll(model);
        List<Manifest.FileDigest> files = List.of(
                writeTensors(into.resolve(MODEL_FILE), model, metadata),
                writeTensors(into.resolve(OPTIMIZER_FILE), optimizer, metadata),
                writeBytes(into.resolve(REPLICA_FILE), checkpoint.replica()));
        byte[] manifest = new Manifest(checkpoint.name(), files, notes).encode();
        Manifest.FileDigest written = writeBytes(into.resolve(Manifest.FILE), manifest);
        disk.forceDirectory(into);
        return written.sha256();
    }

    private static boolean isOptimizerState(Checkpoint.Tensor tensor) {
        return tensor.name().startsWith(OPTIMIZER_PREFIX);
    }

    private Manifest.FileDigest writeTensors(Path file, List<Checkpoint.Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        try (DiskFile out = disk.create(file)) {
            DigestedFile digested = new DigestedFile(out);
            TensorFile.write(digested, tensors, metadata);
            return digested.finish(file.getFileName().toString());
        }
    }

    private Manifest.FileDigest writeBytes(Path file, byte[] bytes) throws IOException {
        try (DiskFile out = disk.create(file)) {
            DigestedFile digested = new DigestedFile(out);
            digested.write(ByteBuffer.wrap(bytes));
            return digested.finish(file.getFileName().toString());
        }
    }

    /** Reads a checkpoint, recomputing every digest; a damaged one is an error, never a result. */
    public Checkpoint load(String name) {
        return load(directory.resolve(name));
    }

    /** Loads the checkpoint in this directory, checked. */
    public Checkpoint load(Path stepDirectory) {
        return new CheckpointReader(stepDirectory, disk).load();
    }

    /** Reads only the manifest of a checkpoint. */
    public Manifest manifest(Path stepDirectory) {
        return new CheckpointReader(stepDirectory, disk).requireManifest();
    }

    /** What is wrong with a checkpoint on disk, file by file; empty if nothing is. */
    public List<String> problems(Path stepDirectory) {
        return new CheckpointReader(stepDirectory, disk).problems();
    }

    /** SHA-256 of a checkpoint's manifest as it lies on disk. */
    public String manifestSha256(Path stepDirectory) {
        return new CheckpointReader(stepDirectory, disk).manifestSha256();
    }

    /**
     * A checkpoint that could be loaded.
     *
     * @param warnings newer ones that could not, one line each; tell the user
     */
    public record Found(Entry.Checkpoint registered, Checkpoint checkpoint, List<String> warnings) {
        public Found {
            warnings = List.copyOf(warnings);
        }
    }

    /** The newest registered checkpoint that is whole and is the one registered; fails if there were some and none is good. */
    public Optional<Found> newestGood(List<Entry.Checkpoint> registered) {
        List<String> warnings = new ArrayList<>();
        for (int i = registered.size() - 1; i >= 0; i--) {
            Entry.Checkpoint entry = registered.get(i);
            try {
                return Optional.of(new Found(entry, loadRegistered(entry), warnings));
            } catch (RubatoException e) {
                warnings.add("checkpoint of step " + entry.step() + " is not usable: " + e.getMessage());
            }
        }
        if (registered.isEmpty()) return Optional.empty();
        throw RubatoException.failed(
                        "none of " + registered.size() + " checkpoints can be loaded; the newest: " + warnings.get(0))
                .remedy("restore " + directory + " from a copy, or start a new run");
    }

    private Checkpoint loadRegistered(Entry.Checkpoint entry) {
        Path place = place(entry);
        CheckpointReader reader = new CheckpointReader(place, disk);
        reader.requireManifest();
        if (!reader.manifestSha256().equals(entry.manifestSha256()))
            throw RubatoException.failed(place.resolve(Manifest.FILE) + ": is not the manifest the ledger registered");
        Checkpoint loaded = reader.load();
        if (loaded.name().step() != entry.step() || loaded.name().hash() != entry.hash())
            throw RubatoException.failed(place + ": holds " + loaded.name() + ", registered was step " + entry.step());
        return loaded;
    }

    /** Where a registered checkpoint lies, whether it was registered by bare name or as a path below the run. */
    public Path place(Entry.Checkpoint entry) {
        return directory.resolve(lastName(entry));
    }

    private static String lastName(Entry.Checkpoint entry) {
        return entry.directory().substring(entry.directory().lastIndexOf('/') + 1);
    }

    /**
     * Removes what is not among the newest {@code keep} registered checkpoints, but nothing of a later step than the newest
     * registered one: that may be about to be registered.
     */
    public void prune(List<Entry.Checkpoint> registered, int keep) {
        if (keep < 1) throw new IllegalArgumentException("keep must be >= 1, was " + keep);
        if (registered.isEmpty()) return;
        String newest = lastName(registered.get(registered.size() - 1));
        List<String> kept = kept(registered, keep);
        removeWhere(name -> !kept.contains(name) && name.compareTo(newest) < 0);
    }

    /** Removes what no entry of the ledger registers: leftovers of a crash. For the start of a resumed run. */
    public void removeUnregistered(List<Entry.Checkpoint> registered) {
        List<String> kept = kept(registered, registered.size());
        removeWhere(name -> !kept.contains(name));
    }

    private static List<String> kept(List<Entry.Checkpoint> registered, int keep) {
        return registered.subList(Math.max(0, registered.size() - keep), registered.size()).stream()
                .map(CheckpointStore::lastName)
                .toList();
    }

    private void removeWhere(java.util.function.Predicate<String> unwanted) {
        try {
            for (Path path : disk.list(directory)) {
                if (unwanted.test(path.getFileName().toString())) remove(path);
            }
            if (disk.isDirectory(directory)) disk.forceDirectory(directory);
        } catch (IOException e) {
            throw DiskErrors.failed("remove old checkpoints in", directory, e);
        }
    }

    /** The manifest goes first, so that what is left of an interrupted removal is no checkpoint. */
    private void remove(Path path) throws IOException {
        if (!disk.isDirectory(path)) {
            disk.delete(path);
            return;
        }
        disk.delete(path.resolve(Manifest.FILE));
        for (Path file : disk.list(path)) disk.delete(file);
        disk.delete(path);
    }

    private void removeQuietly(Path path) {
        try {
            remove(path);
        } catch (IOException e) {
            return;
        }
    }
}
