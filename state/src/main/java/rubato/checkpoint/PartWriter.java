package rubato.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import rubato.disk.Disk;
import rubato.disk.DiskFile;

/**
 * Brings blocks into the directory of a checkpoint that is being made, each whole or absent under its name. A block that the
 * checkpoint before has is linked, not written again, once its bytes have been read back and are right: damage does not spread.
 */
final class PartWriter {
    private final Disk disk;
    private final Path into;
    private final Path before;

    /** @param before an older checkpoint's directory; it need not exist */
    PartWriter(Disk disk, Path into, Path before) {
        this.disk = disk;
        this.into = into;
        this.before = before;
    }

    /** Makes all blocks of a part durable. @return their digests, in order */
    List<String> write(Part part) throws IOException {
        disk.createDirectories(into);
        List<String> digests = new ArrayList<>();
        for (byte[] block : part.blocks()) {
            String digest = Sha256.of(block);
            digests.add(digest);
            if (!disk.exists(into.resolve(digest)) && !linked(digest, block.length)) create(digest, block, part.part());
        }
        disk.forceDirectory(into);
        return digests;
    }

    private boolean linked(String digest, int bytes) {
        Path old = before.resolve(digest);
        if (!disk.exists(old)) return false;
        try {
            BlockSource.read(old, disk, bytes, "");
            disk.link(old, into.resolve(digest));
            return true;
        } catch (IOException damagedOrNoLinks) {
            return false;
        }
    }

    private void create(String digest, byte[] block, int part) throws IOException {
        Path temporary = into.resolve(digest + "." + part + CheckpointStore.TEMPORARY);
        disk.delete(temporary);
        try (DiskFile out = disk.create(temporary)) {
            out.write(ByteBuffer.wrap(block));
            out.force();
        }
        disk.move(temporary, into.resolve(digest));
    }
}
