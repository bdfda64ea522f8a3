package rubato.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import rubato.error.RubatoException;

/** What went wrong on a disk, in the words users read. */
public final class DiskErrors {
    private DiskErrors() {}

    /** One line: what was attempted, on which path, why it failed; and what to do about it. */
    public static RubatoException failed(String attempt, Path path, IOException cause) {
        String reason = reason(cause);
        return RubatoException.failed("cannot " + attempt + " " + path + ": " + reason, cause)
                .remedy(remedy(reason));
    }

    /** The operating system's reason without the path, which the message names already. */
    public static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) return "no such file or directory";
        if (cause instanceof AccessDeniedException) return "permission denied";
        if (cause instanceof FileAlreadyExistsException) return "already exists";
        if (cause instanceof FileSystemException e && e.getReason() != null) return e.getReason();
        String message = cause.getMessage();
        return message == null || message.isBlank()
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    private static String remedy(String reason) {
        if (reason.contains("No space left")) return "free disk space, then continue the run with --resume";
        if (reason.contains("ermission")) return "make the run directory writable for this user";
        return "check the disk, then continue the run with --resume";
    }
}
