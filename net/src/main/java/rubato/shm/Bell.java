package rubato.shm;

import java.io.IOException;

/** How processes that share memory wake each other, and how they learn that one of them is gone. */
public interface Bell {
    /** Sleeps until it is rung, something is wrong, or the time is over. */
    void await(long nanos) throws IOException;

    /** Wakes another member. */
    void ring(int member) throws IOException;
}
