package rubato.shm;

import java.io.IOException;

/** An operation over shared memory did not complete because of a member, named by its index. */
public final class SharedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    public enum Fault {
        /** It has not entered the operation. */
        ABSENT,
        /** It has entered and not gone on. */
        STALLED,
        /** It has left, or its process is gone. */
        LEFT,
        /** It is in another step. */
        STEP,
        /** Its vector has another length. */
        LENGTH,
        /** It does another operation. */
        OPERATION,
        /** What it wrote there is nothing that a member writes. */
        GARBLED
    }

    private final Fault fault;
    private final int member;
    private final long theirs;

    SharedException(Fault fault, int member, long theirs) {
        super("member " + member + ": " + fault);
        this.fault = fault;
        this.member = member;
        this.theirs = theirs;
    }

    public Fault fault() {
        return fault;
    }

    public int member() {
        return member;
    }

    /** What it holds where the two differ. */
    public long theirs() {
        return theirs;
    }
}
