package rubato.collective;

import java.io.IOException;
import java.time.Duration;
import rubato.net.PeerLostException;
import rubato.shm.SharedException;

/**
 * Says of a sum through shared memory that failed which rank is to blame and for what.
 *
 * @param ranks of the members of the memory
 * @param rank this one's
 */
record SharedBlame(int[] ranks, int rank, Duration deadline) {
    /** @param length of this rank's vector */
    CollectiveException of(long step, int length, IOException e) {
        if (e instanceof PeerLostException lost)
            return new CollectiveException(lost.rank(), lost.getMessage() + " in #" + step);
        if (!(e instanceof SharedException shared)) return new CollectiveException(-1, e.getMessage() + " in #" + step);
        int peer = ranks[shared.member()];
        String within = step + " within " + deadline.toMillis() + " ms";
        return switch (shared.fault()) {
            case ABSENT -> new CollectiveException(peer, "rank " + peer + " has not entered #" + within);
            case STALLED -> new CollectiveException(peer, "rank " + peer + " has stopped in #" + within);
            case LEFT -> new CollectiveException(peer, "rank " + peer + " closed its connection in #" + step);
            case STEP -> differ(peer, "#", shared.theirs(), step);
            case LENGTH -> differ(peer, "length ", shared.theirs(), length);
            case GARBLED ->
                new CollectiveException(peer, "rank " + peer + " announced " + shared.theirs() + " control words");
            case OPERATION -> differ(peer, "operation ", shared.theirs(), 0);
        };
    }

    CollectiveException differ(int peer, String what, Object theirs, Object ours) {
        return new CollectiveException(
                peer, "rank " + peer + " is at " + what + theirs + ", rank " + rank + " at " + what + ours);
    }
}
