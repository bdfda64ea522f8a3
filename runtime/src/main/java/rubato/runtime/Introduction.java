package rubato.runtime;

import java.nio.file.Files;
import rubato.error.RubatoException;
import rubato.protocol.ToCoordinator;
import rubato.step.StateName;
import rubato.world.Member;

/** What a worker tells a coordinator of itself: who it is, then where it is reached and what it has. */
final class Introduction {
    private final WorkerTerms terms;
    private final Endpoint endpoint;
    private volatile boolean standby;
    private boolean shares;

    Introduction(WorkerTerms terms, Endpoint endpoint) {
        this.terms = terms;
        this.endpoint = endpoint;
        this.standby = terms.standby();
    }

    /** From now on a place is taken only where one is missing, whichever coordinator asks. */
    void standBy() {
        standby = true;
    }

    ToCoordinator.Hello hello() {
        return new ToCoordinator.Hello(
                terms.id(), terms.software(), ProcessHandle.current().pid(), standby);
    }

    ToCoordinator.Join join(Member self, Trainee trainee, StateName state, boolean practises) {
        return new ToCoordinator.Join(
                self, trainee.fingerprints(), state, sharesRun(), trainee.stateBytes(), practises);
    }

    /** Whether the run directory here is that of the run: it has checkpoints, and the token, which no other run knows. */
    private boolean sharesRun() {
        if (!shares && Files.isDirectory(terms.runDirectory().resolve("checkpoints"))) {
            try {
                String found = Endpoint.readToken(terms.runDirectory().resolve("token"))
                        .toHex();
                shares = found.equals(endpoint.token().toHex());
            } catch (RubatoException notThisRun) {
                return false;
            }
        }
        return shares;
    }
}
