package rubato.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import rubato.error.RubatoException;

/**
 * Network and mount namespaces of a run's own, in which packets can be dropped and a disk filled or stopped without harm to anything
 * else. Takes Linux, root, and the commands unshare, ip, nft, mkfs.ext4, mount and fsfreeze. All of it is gone with its last process.
 */
public final class Room {
    private static final String MARK = "RUBATO_CHAOS_ROOM";
    private static final long DISK_BYTES = 256L << 20;

    private Room() {}

    /** Whether this process is in such a room. */
    public static boolean isHere() {
        return System.getenv(MARK) != null;
    }

    /** Runs a command in a new room, with this process's input and output. @return its exit code */
    public static int run(List<String> command) {
        List<String> all = new ArrayList<>(
                List.of("unshare", "--net", "--mount", "sh", "-c", "ip link set lo up && exec \"$@\"", "room"));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all).inheritIO();
        builder.environment().put(MARK, "1");
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw RubatoException.failed("cannot make namespaces: " + e.getMessage(), e)
                    .remedy("Run as root on Linux with util-linux and iproute2, or without --namespace.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    /** A disk of its own under a directory, which must be empty. */
    static void mountDisk(Path directory) {
        Path image = directory.resolveSibling(directory.getFileName() + ".disk");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(DISK_BYTES);
        } catch (IOException e) {
            throw RubatoException.failed("cannot write " + image + ": " + e.getMessage(), e);
        }
        Shell.run("mkfs.ext4", "-q", "-F", image.toString());
        Shell.run("mount", "-o", "loop", image.toString(), directory.toString());
    }

    /** Takes the disk away again and leaves what lay in one of its directories in its place. */
    static void unmountDisk(Path directory, Path kept) {
        Path copy = directory.resolveSibling(directory.getFileName() + ".copy");
        Shell.run("cp", "-a", kept.toString(), copy.toString());
        Shell.run("umount", "-l", directory.toString());
        try {
            Files.delete(directory);
            Files.move(copy, directory);
            Files.delete(directory.resolveSibling(directory.getFileName() + ".disk"));
        } catch (IOException e) {
            throw RubatoException.failed("cannot keep " + copy + " as " + directory + ": " + e.getMessage(), e);
        }
    }
}
