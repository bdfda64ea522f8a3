package rubato.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.checkpoint.CheckpointStore;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.FileLedger;
import rubato.ledger.Ledger;
import rubato.net.Token;
import rubato.plan.Plan;
import rubato.protocol.Accounts;
import rubato.random.Mix64;
import rubato.world.World;

/**
 * Where a run starts: at the beginning, or where its ledger ends.
 *
 * @param last the world activated last, null in a new run
 * @param samples trained before
 */
record Start(
        Ledger ledger,
        long term,
        Accounts accounts,
        Plan plan,
        @Nullable World last,
        long samples,
        Token token,
        List<String> warnings) {

    static Start fresh(RunDirectory directory, RunConfig config, Split data, String software) {
        directory.prepare(config.render());
        Protection.make(config, directory.path(), Instant.now().toEpochMilli());
        FileLedger ledger = FileLedger.create(
                directory.ledger(),
                new RealDisk(),
                directory.path().getFileName().toString());
        return begun(directory, config, data, software, ledger);
    }

    private static Start begun(RunDirectory directory, RunConfig config, Split data, String software, Ledger ledger) {
        Entry begin = new Entry.Begin(
                directory.path().getFileName().toString(),
                Setup.rhythm(config, data).data(),
                data.fingerprint(),
                digest(config),
                software);
        ledger.append(List.of(begin, new Entry.Term(1)), () -> {});
        Plan plan = Setup.plan(config);
        Accounts accounts = new Accounts(
                Setup.rhythm(config, data).data(), plan, config.checkpoint().keep());
        List<String> warnings = new ArrayList<>();
        Token token = token(directory.path(), warnings);
        return new Start(ledger, 1, accounts, plan, null, 0, token, warnings);
    }

    /**
     * Goes on where the ledger ends. Steps after the newest checkpoint are recomputed from what is recorded of them; workers that
     * still live and hold them spare even that.
     *
     * @param takeover keep the newest plan as it is; otherwise the stop conditions are the configuration's
     */
    static Start resumed(RunDirectory directory, RunConfig config, Split data, boolean takeover) {
        if (Files.isSymbolicLink(directory.ledger()))
            throw RubatoException.usage("run " + directory.path() + " was begun with several coordinators")
                    .remedy("coordinators.count cannot change while a run lasts: resume it with the count it had");
        FileLedger.Resumed resumed = FileLedger.resume(directory.ledger(), new RealDisk());
        Inherited past = Inherited.of(resumed.image(), config, data);
        return continued(directory, config, past, resumed.ledger(), resumed.warnings(), takeover);
    }

    /**
     * Begins or goes on as the new leader of a replicated ledger.
     *
     * @param past what that ledger holds; it is this start's from now on
     */
    static Start replicated(
            RunDirectory directory,
            RunConfig config,
            Split data,
            String software,
            Inherited past,
            Ledger ledger,
            boolean takeover) {
        return past.count() == 0
                ? begun(directory, config, data, software, ledger)
                : continued(directory, config, past, ledger, List.of(), takeover);
    }

    private static Start continued(
            RunDirectory directory,
            RunConfig config,
            Inherited past,
            Ledger ledger,
            List<String> warned,
            boolean takeover) {
        List<String> warnings = new ArrayList<>(warned);
        Plan configured = Setup.plan(config);
        Accounts accounts = past.accounts();
        removeLeftovers(directory, accounts, warnings);
        long term = accounts.term() + 1;
        Entry begun = new Entry.Term(term);
        accounts.add(begun);
        ledger.append(List.of(begun), () -> {});
        Plan plan = takeover ? accounts.newest() : accounts.newest().withStop(configured.stop());
        return new Start(
                ledger,
                term,
                accounts,
                plan,
                past.last(),
                accounts.samples(),
                token(directory.path(), warnings),
                warnings);
    }

    /** Also what workers that still live have not completed: what they say of it counts no more. */
    private static void removeLeftovers(RunDirectory directory, Accounts accounts, List<String> warnings) {
        try {
            new CheckpointStore(directory.checkpoints(), new RealDisk()).removeLeftovers(accounts.checkpoints());
        } catch (RubatoException e) {
            warnings.add(String.valueOf(e.getMessage()));
        }
    }

    /** The token workers that still live know the run by, or a new one where there is none any more. */
    private static Token token(Path directory, List<String> warnings) {
        Path file = directory.resolve("token");
        if (!Files.isReadable(file)) return Token.random();
        try {
            return Endpoint.readToken(file);
        } catch (RubatoException damaged) {
            warnings.add(damaged.getMessage() + "; a new one is made, workers that still live cannot come back");
            return Token.random();
        }
    }

    private static String digest(RunConfig config) {
        long digest = 0;
        for (var key : config.fingerprint().entrySet()) {
            digest = Mix64.mix(digest, key.getKey().hashCode());
            digest = Mix64.mix(digest, key.getValue().hashCode());
        }
        return HexFormat.of().toHexDigits(digest);
    }
}
