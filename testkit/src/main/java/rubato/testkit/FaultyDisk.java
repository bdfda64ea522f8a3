package rubato.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.disk.Disk;
import rubato.disk.DiskFile;
import rubato.random.SplitMix;

/**
 * A disk in memory that forgets at a power cut what was not forced, tears the last write, fills up, fails and flips bits. All
 * chance comes from its seed.
 */
public final class FaultyDisk implements Disk {
    private static final class Folder {
        private final Map<String, Object> live = new TreeMap<>();
        private final Map<String, Object> durable = new TreeMap<>();
    }

    private final SplitMix random;
    private final Folder root = new Folder();
    private long capacity = Long.MAX_VALUE;
    private long operationsLeft = Long.MAX_VALUE;
    private long forcesLeft = Long.MAX_VALUE;
    private int flipOneReadIn;

    public FaultyDisk(long seed) {
        this.random = new SplitMix(seed);
    }

    /** From now on at most so many bytes more can be written. */
    public synchronized void fillUpAfter(long bytes) {
        capacity = bytes;
    }

    /** After so many operations more, every one fails. */
    public synchronized void dieAfter(long operations) {
        operationsLeft = operations;
    }

    /** After so many fsyncs more, each fails; the file is dead then. */
    public synchronized void failForceAfter(long forces) {
        forcesLeft = forces;
    }

    /** One in so many reads brings a file with one bit flipped; the file itself stays as it is. 0 = none. */
    public synchronized void flipBits(int oneReadIn) {
        flipOneReadIn = oneReadIn;
    }

    /** All is well from now on. */
    public synchronized void heal() {
        operationsLeft = Long.MAX_VALUE;
        forcesLeft = Long.MAX_VALUE;
        capacity = Long.MAX_VALUE;
        flipOneReadIn = 0;
    }

    /** The machine loses power and comes back healed: of what was not forced an arbitrary part is there, possibly torn. */
    public synchronized void cutPower() {
        heal();
        cut(root);
    }

    private void cut(Folder folder) {
        Map<String, Object> after = new TreeMap<>(folder.durable);
        for (Map.Entry<String, Object> name : folder.live.entrySet())
            if (random.nextInt(2) == 0) after.put(name.getKey(), name.getValue());
        for (String name : folder.durable.keySet())
            if (!folder.live.containsKey(name) && random.nextInt(2) == 0) after.remove(name);
        folder.live.clear();
        folder.live.putAll(after);
        for (Object node : after.values()) {
            if (node instanceof Folder inner) cut(inner);
            else ((FaultyFile) node).cutPower(random);
        }
        folder.durable.clear();
        folder.durable.putAll(after);
    }

    private void operate() throws IOException {
        if (operationsLeft-- <= 0) {
            operationsLeft = 0;
            throw new IOException("Input/output error");
        }
    }

    private Folder folder(@Nullable Path path) throws NoSuchFileException {
        if (find(path) instanceof Folder folder) return folder;
        throw new NoSuchFileException(String.valueOf(path));
    }

    private @Nullable Object find(@Nullable Path path) {
        if (path == null) return null;
        @Nullable Object node = root;
        for (Path name : path) {
            if (!(node instanceof Folder folder)) return null;
            node = folder.live.get(name.toString());
        }
        return node;
    }

    private static String name(Path path) {
        Path name = path.getFileName();
        if (name == null) throw new IllegalArgumentException("path must name a file, was " + path);
        return name.toString();
    }

    @Override
    public synchronized DiskFile create(Path file) throws IOException {
        operate();
        FaultyFile content = new FaultyFile();
        if (folder(file.getParent()).live.putIfAbsent(name(file), content) != null)
            throw new FileAlreadyExistsException(file.toString());
        return new Open(content);
    }

    @Override
    public synchronized DiskFile append(Path file, long size) throws IOException {
        operate();
        if (!(find(file) instanceof FaultyFile content)) throw new NoSuchFileException(file.toString());
        if (content.size() < size) throw new IOException("is " + content.size() + " bytes long, expected " + size);
        content.truncate((int) size);
        return new Open(content);
    }

    @Override
    public synchronized SeekableByteChannel read(Path file) throws IOException {
        operate();
        if (!(find(file) instanceof FaultyFile content)) throw new NoSuchFileException(file.toString());
        byte[] bytes = content.content();
        if (flipOneReadIn > 0 && bytes.length > 0 && random.nextInt(flipOneReadIn) == 0)
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return new BytesChannel(bytes);
    }

    @Override
    public synchronized boolean exists(Path path) {
        return find(path) != null;
    }

    @Override
    public synchronized boolean isDirectory(Path path) {
        return find(path) instanceof Folder;
    }

    @Override
    public synchronized List<Path> list(Path directory) throws IOException {
        operate();
        if (!(find(directory) instanceof Folder folder)) return List.of();
        return folder.live.keySet().stream().map(directory::resolve).toList();
    }

    @Override
    public synchronized void move(Path from, Path to) throws IOException {
        operate();
        Object node = folder(from.getParent()).live.remove(name(from));
        if (node == null) throw new NoSuchFileException(from.toString());
        folder(to.getParent()).live.put(name(to), node);
    }

    @Override
    public synchronized void link(Path file, Path name) throws IOException {
        operate();
        if (!(find(file) instanceof FaultyFile content)) throw new NoSuchFileException(file.toString());
        if (folder(name.getParent()).live.putIfAbsent(name.getFileName().toString(), content) != null)
            throw new IOException("already exists");
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        operate();
        if (find(path.getParent()) instanceof Folder parent) parent.live.remove(name(path));
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        operate();
        Folder at = root;
        for (Path name : directory) {
            at.live.putIfAbsent(name.toString(), new Folder());
            at = (Folder) at.live.get(name.toString());
        }
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        operate();
        Folder folder = folder(directory);
        folder.durable.clear();
        folder.durable.putAll(folder.live);
    }

    @Override
    public synchronized long freeSpace(Path path) {
        return capacity;
    }

    private final class Open implements DiskFile {
        private final FaultyFile content;
        private boolean dead;

        Open(FaultyFile content) {
            this.content = content;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            synchronized (FaultyDisk.this) {
                operate();
                if (dead) throw new IOException("dead after a failed fsync");
                int fits = (int) Math.min(bytes.remaining(), capacity);
                content.append(bytes, fits);
                capacity -= fits;
                if (bytes.hasRemaining()) throw new IOException("No space left on device");
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (FaultyDisk.this) {
                operate();
                if (dead || forcesLeft-- <= 0) {
                    forcesLeft = 0;
                    dead = true;
                    throw new IOException("Input/output error");
                }
                content.force();
            }
        }

        @Override
        public long size() {
            synchronized (FaultyDisk.this) {
                return content.size();
            }
        }

        @Override
        public void close() {}
    }
}
