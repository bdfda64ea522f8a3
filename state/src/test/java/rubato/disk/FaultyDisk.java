package rubato.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.random.SplitMix;

/**
 * A disk in memory that forgets at a power cut what was not forced, tears the last write, fills up and fails. All chance
 * comes from its seed.
 */
public final class FaultyDisk implements Disk {
    private static final class Folder {
        private final Map<String, Object> live = new TreeMap<>();
        private final Map<String, Object> durable = new TreeMap<>();
    }

    private static final class Content {
        private byte[] bytes = new byte[0];
        private byte[] durable = new byte[0];
    }

    private final SplitMix random;
    private final Folder root = new Folder();
    private long capacity = Long.MAX_VALUE;
    private long operationsLeft = Long.MAX_VALUE;
    private long forcesLeft = Long.MAX_VALUE;

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

    /** After so many fsyncs more, each fails. */
    public synchronized void failForceAfter(long forces) {
        forcesLeft = forces;
    }

    /** The machine loses power and comes back: of what was not forced an arbitrary part is there, possibly torn. */
    public synchronized void cutPower() {
        operationsLeft = Long.MAX_VALUE;
        forcesLeft = Long.MAX_VALUE;
        capacity = Long.MAX_VALUE;
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
            else tear((Content) node);
        }
        folder.durable.clear();
        folder.durable.putAll(after);
    }

    private void tear(Content file) {
        int unforced = Math.max(0, file.bytes.length - file.durable.length);
        int kept = unforced == 0 ? 0 : random.nextInt(unforced + 1);
        byte[] after = java.util.Arrays.copyOf(file.durable, file.durable.length + kept);
        int garbled = kept == 0 ? 0 : random.nextInt(kept + 1);
        if (kept > 0) System.arraycopy(file.bytes, file.durable.length, after, file.durable.length, kept);
        for (int i = 0; i < garbled; i += 1 + random.nextInt(64)) after[after.length - 1 - i] = 0;
        file.bytes = after;
        file.durable = after;
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

    @Override
    public synchronized DiskFile create(Path file) throws IOException {
        operate();
        Content content = new Content();
        Folder parent = folder(file.getParent());
        if (parent.live.putIfAbsent(file.getFileName().toString(), content) != null)
            throw new IOException("already exists");
        return new Open(content);
    }

    @Override
    public synchronized DiskFile append(Path file, long size) throws IOException {
        operate();
        if (!(find(file) instanceof Content content)) throw new NoSuchFileException(file.toString());
        content.bytes = java.util.Arrays.copyOf(content.bytes, (int) size);
        return new Open(content);
    }

    @Override
    public synchronized SeekableByteChannel read(Path file) throws IOException {
        operate();
        if (find(file) instanceof Content content) return new BytesChannel(content.bytes);
        throw new NoSuchFileException(file.toString());
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
        Object node = folder(from.getParent()).live.remove(from.getFileName().toString());
        if (node == null) throw new NoSuchFileException(from.toString());
        folder(to.getParent()).live.put(to.getFileName().toString(), node);
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        operate();
        if (find(path.getParent()) instanceof Folder parent)
            parent.live.remove(path.getFileName().toString());
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
        private final Content content;
        private boolean dead;

        Open(Content content) {
            this.content = content;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            synchronized (FaultyDisk.this) {
                operate();
                if (dead) throw new IOException("dead");
                int fits = (int) Math.min(bytes.remaining(), capacity);
                int before = content.bytes.length;
                content.bytes = java.util.Arrays.copyOf(content.bytes, before + fits);
                bytes.get(content.bytes, before, fits);
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
                content.durable = content.bytes;
            }
        }

        @Override
        public long size() {
            synchronized (FaultyDisk.this) {
                return content.bytes.length;
            }
        }

        @Override
        public void close() {}
    }
}
