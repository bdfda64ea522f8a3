package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A number that two processes have in common exactly if they run under one kernel and see the same directory of shared memory:
 * the kernel's boot id, and that directory's device and inode. Names and addresses say nothing of it.
 */
final class HostIdentity {
    /** No such number: everything is on another host. */
    static final long UNKNOWN = 0;

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private HostIdentity() {}

    static long of(Path sharedDirectory) {
        try {
            String text = Files.readString(BOOT).strip()
                    + ' '
                    + Files.getAttribute(sharedDirectory, "unix:dev")
                    + ' '
                    + Files.getAttribute(sharedDirectory, "unix:ino");
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            long number = ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
            return number == UNKNOWN ? 1 : number;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return UNKNOWN;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
