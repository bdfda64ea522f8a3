package rubato.raft;

import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftRole;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.RaftState;

/**
 * A pre-vote that was under way when a leader was heard of is over. MicroRaft 0.7 keeps it open, and a follower with an open pre-vote
 * never begins another: it would not notice that this leader dies.
 */
final class OpenPreVote {
    private OpenPreVote() {}

    /** Ends that of a follower which has heard of a leader; on the replica's event queue. */
    static void end(RaftNode node) {
        if (!(node instanceof RaftNodeImpl follower)) return;
        RaftState state = follower.state();
        RaftEndpoint heard = state.leader();
        if (state.role() != RaftRole.FOLLOWER || heard == null || state.preCandidateState() == null) return;
        state.toFollower(state.term());
        state.leader(heard);
    }
}
