package rubato.error;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one family of errors users see: one line of what happened and where, at most one line of remedy, and an exit code. */
public final class RubatoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the process should exit with; the numbers are part of the command line's contract. */
    public enum Kind {
        /** Data missing or damaged, disk, network, port, token, a violation found: exit 1. */
        FAILED(1),
        /** Wrong arguments or configuration; nothing was left behind: exit 2. */
        USAGE(2),
        /** A worker, or the quorum, is lost: exit 3. */
        LOST(3),
        /** The training diverged: exit 4. */
        DIVERGED(4);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;
    private final @Nullable String remedy;
    private final boolean mayPass;

    private RubatoException(Kind kind, String message, @Nullable String remedy, @Nullable Throwable cause) {
        this(kind, message, remedy, cause, false);
    }

    private RubatoException(
            Kind kind, String message, @Nullable String remedy, @Nullable Throwable cause, boolean mayPass) {
        super(message, cause);
        this.kind = kind;
        this.remedy = remedy;
        this.mayPass = mayPass;
    }

    public static RubatoException failed(String message) {
        return new RubatoException(Kind.FAILED, message, null, null);
    }

    public static RubatoException failed(String message, Throwable cause) {
        return new RubatoException(Kind.FAILED, message, null, cause);
    }

    public static RubatoException usage(String message) {
        return new RubatoException(Kind.USAGE, message, null, null);
    }

    public static RubatoException lost(String message) {
        return new RubatoException(Kind.LOST, message, null, null);
    }

    public static RubatoException diverged(String message) {
        return new RubatoException(Kind.DIVERGED, message, null, null);
    }

    /** The same error with one line that says what to do about it. */
    public RubatoException remedy(String line) {
        return new RubatoException(kind, String.valueOf(getMessage()), line, getCause(), mayPass);
    }

    /** The same error, of what may be otherwise in a moment: somebody is not there yet. */
    public RubatoException passing() {
        return new RubatoException(kind, String.valueOf(getMessage()), remedy, getCause(), true);
    }

    /** Whether it is worth while to wait and try again. */
    public boolean mayPass() {
        return mayPass;
    }

    public Kind kind() {
        return kind;
    }

    public Optional<String> remedy() {
        return Optional.ofNullable(remedy);
    }
}
