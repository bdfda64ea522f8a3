package rubato.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file of the machine, open for appending by one thread. */
final class ChannelFile implements DiskFile {
    private final FileChannel channel;
    private final Path file;
    private long size;
    private boolean dead;

    ChannelFile(FileChannel channel, Path file, long size) {
        this.channel = channel;
        this.file = file;
        this.size = size;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        refuseIfDead();
        while (bytes.hasRemaining()) size += channel.write(bytes);
    }

    @Override
    public void force() throws IOException {
        refuseIfDead();
        dead = true;
        channel.force(false);
        dead = false;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void refuseIfDead() throws IOException {
        if (dead) throw new IOException(file.getFileName() + " is dead after a failed fsync");
    }
}
