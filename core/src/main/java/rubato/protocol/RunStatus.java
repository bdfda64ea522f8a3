package rubato.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.world.Member;

/**
 * How a run is, for operators.
 *
 * @param state training, paused, no-quorum, finished or failed
 * @param step last step any worker is known to have completed
 * @param committedStep last step in the ledger
 * @param generation how many generations the run has had
 * @param generationName of the present one, as the ledger names it
 */
public record RunStatus(
        String state,
        long step,
        long committedStep,
        long epoch,
        long generation,
        String generationName,
        List<WorkerStatus> workers,
        List<CoordinatorStatus> coordinators) {
    /** @param role leader, follower or candidate */
    public record CoordinatorStatus(int id, long pid, String address, String role) {}

    /** @param state joining, training, suspect, draining, standby, left or dead */
    public record WorkerStatus(String id, long pid, int rank, String host, String state, long step) {
        static WorkerStatus of(Peer peer, int rank, String state) {
            @Nullable Member member = peer.member;
            return new WorkerStatus(
                    peer.id.name(), peer.pid, rank, member == null ? "" : member.host(), state, peer.step);
        }
    }

    public RunStatus {
        workers = List.copyOf(workers);
        coordinators = List.copyOf(coordinators);
    }

    /** The same with the last step that is durable; one that is still on its way to the ledger is no fact yet. */
    public RunStatus committed(long durable) {
        return new RunStatus(
                state,
                step,
                Math.min(committedStep, durable),
                epoch,
                generation,
                generationName,
                workers,
                coordinators);
    }

    /** The same in another state. */
    public RunStatus in(String now) {
        return new RunStatus(now, step, committedStep, epoch, generation, generationName, workers, coordinators);
    }

    /** The same with the coordinators, who know each other where the state machine does not. */
    public RunStatus with(List<CoordinatorStatus> known) {
        return new RunStatus(state, step, committedStep, epoch, generation, generationName, workers, known);
    }
}
