package rubato.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.disk.DiskFile;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.step.StateName;
import rubato.world.Generation;

/**
 * Checkpoints under one directory, {@code step-0000001234/} each: a manifest and the blocks it names. Workers write their parts
 * into a directory of a temporary name; once all are whole the manifest is written, and the directory renamed: a checkpoint is
 * whole or absent. Blocks that did not change since the one before are hard links to it, so the file system itself counts who
 * needs a block, and removing a checkpoint never harms another.
 */
public final class CheckpointStore {
    public static final String OPTIMIZER_PREFIX = "optimizer.";
    public static final String MODEL_FILE = "model.safetensors";
    public static final String OPTIMIZER_FILE = "optimizer.safetensors";
    public static final String REPLICA_FILE = "replica.bin";
    /** Note of a manifest: when the checkpoint was completed, ms since 1970. */
    public static final String WRITTEN = "written-ms";

    static final String TEMPORARY = ".tmp";
    static final String REMOVED = ".removed";
    private static final int BLOCK_BYTES = 1 << 20;

    private final Path directory;
    private final Disk disk;
    private final int blockBytes;

    public CheckpointStore(Path directory, Disk disk) {
        this(directory, disk, BLOCK_BYTES);
    }

    CheckpointStore(Path directory, Disk disk, int blockBytes) {
        this.directory = directory;
        this.disk = disk;
        this.blockBytes = blockBytes;
    }

    /** Name of the directory of a step's checkpoint: what the ledger registers. */
    public static String directoryName(long step) {
        return String.format("step-%010d", step);
    }

    public Path directoryOf(long step) {
        return directory.resolve(directoryName(step));
    }

    /** Where a checkpoint is made: apart for each generation, so that nothing of an older one gets in. */
    private Path temporaryOf(StateName name, Generation by) {
        String generation = "." + by.term() + "." + by.number();
        return directory.resolve(directoryName(name.step()) + generation + TEMPORARY);
    }

    /** Copies one of so many equal parts of a checkpoint; the rest of it may then change. */
    public Part cut(Checkpoint live, int part, int parts) {
        Image image = new Image(live, blockBytes);
        Outline outline = new Outline(live.name(), image.sizes(), blockBytes);
        List<byte[]> blocks = new ArrayList<>();
        for (int i = outline.first(part, parts); i < outline.first(part + 1, parts); i++) blocks.add(image.block(i));
        return new Part(outline, part, parts, blocks);
    }

    /**
     * Makes a part durable.
     *
     * @param by the generation that makes the checkpoint
     * @return SHA-256 of each of its blocks, in order
     */
    public List<String> write(Part part, Generation by) {
        StateName name = part.outline().name();
        try {
            return new PartWriter(disk, temporaryOf(name, by), newestBefore(name.step())).write(part);
        } catch (IOException e) {
            throw DiskErrors.failed("write checkpoint", directoryOf(name.step()), e);
        }
    }

    private Path newestBefore(long step) throws IOException {
        Path newest = directoryOf(0);
        for (Path path : disk.list(directory)) {
            String name = path.getFileName().toString();
            if (name.matches("step-\\d{10}") && name.compareTo(directoryName(step)) < 0) newest = path;
        }
        return newest;
    }

    /**
     * Completes a checkpoint whose parts are all written, and returns the SHA-256 of its manifest. A sound one of the same state
     * is left as it is, and so is what a later generation made of that step: whoever comes with another was left behind meanwhile. Anything
     * else in its place is replaced.
     *
     * @param digests of all blocks, in order
     */
    public String complete(Outline outline, Generation by, List<String> digests, Map<String, String> notes) {
        Path place = directoryOf(outline.name().step());
        Path temporary = temporaryOf(outline.name(), by);
        try {
            Optional<String> there = soundManifestOf(outline.name(), place);
            if (there.isPresent()) {
                remove(temporary);
                return there.get();
            }
            Manifest manifest = manifest(outline, digests, notes);
            requireAll(manifest, temporary);
            writeManifest(manifest, temporary);
            if (disk.exists(place)) {
                requireNoneLater(place, by);
                remove(place);
            }
            disk.move(temporary, place);
            disk.forceDirectory(directory);
            return Sha256.of(manifest.encode());
        } catch (IOException e) {
            removeQuietly(temporary);
            throw DiskErrors.failed("write checkpoint", place, e);
        }
    }

    /** Removes what there is of a checkpoint that will not be completed. */
    public void abandon(Outline outline, Generation by) {
        removeQuietly(temporaryOf(outline.name(), by));
    }

    /** Writes a whole checkpoint and returns the SHA-256 of its manifest. */
    public String write(Checkpoint checkpoint, Map<String, String> notes) {
        return write(checkpoint, checkpoint.name().generation(), notes);
    }

    /**
     * The same.
     *
     * @param by the generation that makes the checkpoint
     */
    public String write(Checkpoint checkpoint, Generation by, Map<String, String> notes) {
        Part all = cut(checkpoint, 0, 1);
        try {
            return complete(all.outline(), by, write(all, by), notes);
        } catch (RubatoException e) {
            abandon(all.outline(), by);
            throw e;
        }
    }

    /** What cannot be read is nobody's. */
    private void requireNoneLater(Path place, Generation by) throws IOException {
        Generation there;
        try {
            there = manifest(place).name().generation();
        } catch (RubatoException unreadable) {
            return;
        }
        if (there.compareTo(by) > 0)
            throw new IOException("generation " + there + " has made it, which is later than " + by);
    }

    private Optional<String> soundManifestOf(StateName name, Path place) {
        if (!disk.isDirectory(place)) return Optional.empty();
        CheckpointReader reader = new CheckpointReader(place, disk);
        if (!reader.problems().isEmpty()) return Optional.empty();
        StateName there = reader.requireManifest().name();
        boolean same = there.step() == name.step() && there.hash() == name.hash();
        return same ? Optional.of(reader.manifestSha256()) : Optional.empty();
    }

    private static Manifest manifest(Outline outline, List<String> digests, Map<String, String> notes) {
        if (digests.size() != outline.blocks())
            throw new IllegalArgumentException("digests must be " + outline.blocks() + ", were " + digests.size());
        List<Manifest.Blocks> files = new ArrayList<>();
        int at = 0;
        for (Outline.Size file : outline.files()) {
            int blocks = Outline.blocks(file.bytes(), outline.blockBytes());
            files.add(new Manifest.Blocks(file.name(), file.bytes(), digests.subList(at, at + blocks)));
            at += blocks;
        }
        return new Manifest(outline.name(), files, outline.blockBytes(), notes);
    }

    /** Every block must be where the manifest will be, and nothing else. */
    private void requireAll(Manifest manifest, Path temporary) throws IOException {
        Set<String> there = new HashSet<>();
        for (Path path : disk.list(temporary)) there.add(path.getFileName().toString());
        Set<String> strays = new HashSet<>(there);
        for (Manifest.Blocks file : manifest.files()) {
            strays.removeAll(file.blocks());
            if (!there.containsAll(file.blocks()))
                throw new IOException(
                        "a block of " + file.name() + " is not there: a worker writes to another file system");
        }
        for (String stray : strays) disk.delete(temporary.resolve(stray));
    }

    private void writeManifest(Manifest manifest, Path into) throws IOException {
        try (DiskFile out = disk.create(into.resolve(Manifest.FILE))) {
            out.write(ByteBuffer.wrap(manifest.encode()));
            out.force();
        }
        disk.forceDirectory(into);
    }

    /** Writes one of the files a checkpoint stands for, e.g. {@link #MODEL_FILE}, every block checked. */
    public void export(Path stepDirectory, String name, Path to) {
        Path temporary = to.resolveSibling(to.getFileName() + TEMPORARY);
        try {
            disk.delete(temporary);
            try (DiskFile out = disk.create(temporary)) {
                new CheckpointReader(stepDirectory, disk).export(name, out);
                out.force();
            }
            disk.move(temporary, to);
        } catch (IOException e) {
            throw DiskErrors.failed("write", to, e);
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
     * Removes what is not kept, but nothing of a later step than the newest registered one: that may be about to be registered.
     *
     * @param keep newest registered ones that are kept
     * @param since kept besides: those completed at or after this time, ms since 1970
     */
    public void prune(List<Entry.Checkpoint> registered, int keep, long since) {
        if (keep < 1) throw new IllegalArgumentException("keep must be >= 1, was " + keep);
        if (registered.isEmpty()) return;
        String newest = lastName(registered.get(registered.size() - 1));
        List<String> kept = kept(registered, keep);
        removeWhere(name -> !kept.contains(name) && isUpTo(name, newest) && !isSince(name, since));
    }

    private static boolean isUpTo(String name, String newest) {
        return name.compareTo(newest) < 0 || name.startsWith(newest + ".");
    }

    /** Whether a directory of this name is a checkpoint that was not completed, or whose removal was not. */
    public static boolean isUnfinished(String name) {
        return name.matches("step-\\d{10}(\\.\\d+\\.\\d+\\.tmp|(\\.\\d+\\.\\d+\\.tmp)?\\.removed)");
    }

    /** Whether a checkpoint was completed at or after a time; one that does not say counts as old. */
    private boolean isSince(String name, long since) {
        if (since == Long.MAX_VALUE || isUnfinished(name)) return false;
        try {
            String written = manifest(directory.resolve(name)).notes().get(WRITTEN);
            return written != null && Long.parseLong(written) >= since;
        } catch (RubatoException | NumberFormatException unreadable) {
            return false;
        }
    }

    /**
     * Removes leftovers of a crash: what was not completed, and what no entry of the ledger registers, but for whole checkpoints of a later
     * step than the newest registered one. A worker that lived on may be about to tell of those. For the start of a resumed run.
     */
    public void removeLeftovers(List<Entry.Checkpoint> registered) {
        List<String> kept = kept(registered, registered.size());
        String newest = registered.isEmpty() ? "" : lastName(registered.get(registered.size() - 1));
        removeWhere(name -> !kept.contains(name) && (isUnfinished(name) || isUpTo(name, newest)));
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

    /**
     * A directory is renamed first: whenever this is interrupted, there is a whole checkpoint or none, and a worker that still writes into
     * what is removed cannot complete it any more.
     */
    private void remove(Path path) throws IOException {
        if (!disk.isDirectory(path)) {
            disk.delete(path);
            return;
        }
        String name = path.getFileName().toString();
        if (name.endsWith(REMOVED)) {
            removeContents(path);
            return;
        }
        Path aside = path.resolveSibling(name + REMOVED);
        removeContents(aside);
        disk.move(path, aside);
        disk.forceDirectory(Objects.requireNonNull(path.getParent()));
        removeContents(aside);
    }

    private void removeContents(Path path) throws IOException {
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
