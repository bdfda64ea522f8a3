package rubato.shm;

import java.io.IOException;

/** How processes that share memory wake each other, and how they learn that one of them is gone. */
public interface Bell {
    /** Sleeps until it is rung, something is wrong, or the time is over. */
    void await(long nanos) throws IOException;

    /** Whether a member has left for good: what it has not done by then it never will. */
    boolean gone(int member);

    /** Wakes another member. */
    void ring(int member) throws IOException;
}
