package rubato.verify;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import rubato.disk.Disk;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerReader;
import rubato.ledger.LedgerScan;
import rubato.ledger.Positioned;
import rubato.ledger.Tail;

/**
 * Reads the ledger and checkpoints of a run and holds them against each other. Shares nothing with the trainer but the
 * formats and the permutation; memory grows with one epoch's samples and eight bytes per step.
 */
public final class Verifier {
    public static final String LEDGER = "ledger";
    public static final String CHECKPOINTS = "checkpoints";
    private static final String SUMMARY = "summary.json";

    private final Path run;
    private final Disk disk;
    private final Violations violations = new Violations();
    private final Set<Long> rollbackTargets = new HashSet<>();
    private final List<Registered> registered = new ArrayList<>();
    private boolean everFinished;

    /** A checkpoint entry and whether it is of the surviving lineage. */
    record Registered(Positioned at, Entry.Checkpoint entry, boolean survives) {}

    private Verifier(Path run, Disk disk) {
        this.run = run;
        this.disk = disk;
    }

    /** Verifies a run directory; what is wrong is in the result, never an exception, unless there is no such directory. */
    public static Verification verify(Path run) {
        return verify(run, new RealDisk());
    }

    public static Verification verify(Path run, Disk disk) {
        if (!disk.isDirectory(run))
            throw RubatoException.failed("no run directory " + run).remedy("`rubato runs` lists the runs there are");
        return new Verifier(run, disk).verify();
    }

    private Verification verify() {
        Path ledger = run.resolve(LEDGER);
        LedgerScan scan = LedgerReader.scan(ledger, disk, this::collect);
        violations.addAll(scan.problems());
        RunHistory history = new RunHistory(violations, rollbackTargets::contains);
        LedgerReader.scan(ledger, disk, at -> {
            if (at.index() < scan.count()) history.accept(at);
        });
        new CopyAudit(run, disk, violations).check(ledger, scan);
        checkTail(scan, history.isFinished());
        checkSummary();
        boolean finished = scan.tail() == Tail.CLOSED || history.isFinished();
        new CheckpointAudit(run.resolve(CHECKPOINTS), disk, violations).check(registered, finished);
        List<String> lines = violations.lines();
        return new Verification(
                lines.isEmpty(),
                lines,
                history.accounts(),
                history.steps(),
                history.generations(),
                history.rollbacks());
    }

    private void collect(Positioned at) {
        everFinished |= at.entry() instanceof Entry.Finished;
        if (at.entry() instanceof Entry.Checkpoint entry) registered.add(new Registered(at, entry, true));
        if (!(at.entry() instanceof Entry.Rollback rollback)) return;
        rollbackTargets.add(rollback.toStep());
        registered.replaceAll(point ->
                point.entry().step() <= rollback.toStep() ? point : new Registered(point.at(), point.entry(), false));
    }

    private void checkTail(LedgerScan scan, boolean finished) {
        if (scan.lastSegment() == null && scan.problems().isEmpty())
            violations.add(run.resolve(LEDGER) + ": holds no ledger");
        if (scan.tail() == Tail.CLOSED && !finished && scan.problems().isEmpty())
            violations.add(run.resolve(LEDGER) + ": is marked closed but does not end with Finished");
        if (scan.tail() != Tail.UNMARKED) return;
        violations.add(run.resolve(LEDGER) + ": the run is finished but its closing mark is missing");
        if (scan.tornBytes() > 0)
            violations.add(scan.lastSegment() + " offset " + scan.wholeBytes() + ": " + scan.tornBytes()
                    + " bytes follow the end of the run");
    }

    /** A tail cut off together with the closing mark leaves a ledger that looks unfinished; the summary gives it away. */
    private void checkSummary() {
        Path summary = run.resolve(SUMMARY);
        if (everFinished || !disk.exists(summary)) return;
        try {
            String text = StandardCharsets.UTF_8
                    .decode(disk.readAll(summary, 1 << 20))
                    .toString();
            JsonElement status = JsonParser.parseString(text).getAsJsonObject().get("status");
            if (status != null && status.getAsString().equals("done"))
                violations.add(
                        run.resolve(LEDGER) + ": has no Finished entry, but " + summary + " says the run is done");
        } catch (IOException | JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            violations.add(summary + ": cannot be read");
        }
    }
}
