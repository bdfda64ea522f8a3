package rubato.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import rubato.config.RunConfig;
import rubato.disk.RealDisk;
import rubato.history.Entry;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;
import rubato.policy.Decision;
import rubato.policy.Policies;
import rubato.policy.Policy;
import rubato.policy.PolicyTerms;

/** What another policy would have decided on the signals a run recorded. Each decision starts from the plan that was in force. */
public final class Replay {
    /** A recorded decision beside the other policy's. */
    public record Pair(Entry.Decided recorded, Decision other) {}

    private Replay() {}

    /** @param batchPolicy fixed, noise-scale or goodput */
    public static List<Pair> run(Path directory, RunConfig config, String batchPolicy) {
        List<Pair> pairs = new ArrayList<>();
        Policy policy = null;
        for (Positioned at : LedgerReader.read(new RunDirectory(directory).ledger(), new RealDisk())
                .entries()) {
            if (at.entry() instanceof Entry.Begin begin) {
                PolicyTerms terms = Setup.policyTerms(config, begin.data().samples());
                policy = Policies.of(terms.withBatchPolicy(batchPolicy));
            }
            if (at.entry() instanceof Entry.Decided decided && policy != null) {
                pairs.add(new Pair(decided, policy.decide(decided.before(), decided.seen())));
            }
        }
        return pairs;
    }
}
