package rubato.raft;

import io.microraft.statemachine.StateMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.disk.DiskErrors;
import rubato.error.RubatoException;
import rubato.ledger.LedgerCopy;
import rubato.ledger.LedgerHead;
import rubato.log.Appended;

/** Applies committed operations to the ledger's files. Its state follows from the operations alone, so all replicas agree. */
final class LedgerMachine implements StateMachine, Journal.Files {
    static final int PIECE_BYTES = 1 << 20;

    /** What it is asked and tells. */
    interface Owner {
        /** The operation with which this replica begins to lead. */
        LogOp.Lead lead();

        /** A leadership began, perhaps this replica's. */
        void led(LogOp.Lead by);

        /** Entries are in the files, perhaps for a second time of telling; the first has this index. */
        void appended(long first, List<byte[]> entries);

        void failed(RubatoException error);
    }

    private final LedgerCopy copy;
    private final Incoming incoming;
    private final Path workshop;
    private final Owner owner;
    private LogState state = LogState.START;
    private @Nullable LogState before;
    private boolean broken;

    LedgerMachine(LedgerCopy copy, Incoming incoming, Path workshop, Owner owner) {
        this.copy = copy;
        this.incoming = incoming;
        this.workshop = workshop;
        this.owner = owner;
    }

    LogState state() {
        return state;
    }

    LedgerCopy copy() {
        return copy;
    }

    @Override
    public Object runOperation(long index, Object operation) {
        if (broken) throw new IllegalStateException("the ledger's files failed before");
        LogState was = state;
        try {
            Object answer = run((LogOp) operation);
            before = was;
            return answer;
        } catch (IOException e) {
            throw broken(DiskErrors.failed("write ledger", workshop.resolveSibling("ledger"), e));
        }
    }

    /** MicroRaft goes on after an exception, so the owner ends this replica itself. */
    private RubatoException broken(RubatoException error) {
        broken = true;
        owner.failed(error);
        return error;
    }

    private Object run(LogOp operation) throws IOException {
        if (operation instanceof LogOp.Append append) return append(append);
        LogOp.Lead lead = (LogOp.Lead) operation;
        state = new LogState(state.ledger(), state.term() + 1);
        owner.led(lead);
        return lead;
    }

    private Appended append(LogOp.Append append) throws IOException {
        LedgerHead head = state.ledger();
        if (append.term() != state.term())
            return new Appended.Refused("term " + append.term() + " is over, term " + state.term() + " has begun");
        if (!Arrays.equals(append.previous(), head.link()))
            return new Appended.Refused(
                    "the log ends at " + head + ", not where the leader of term " + append.term() + " takes it to end");
        LedgerHead after = copy.append(head, append.entries(), append.finishes());
        state = new LogState(after, state.term());
        owner.appended(head.count(), append.entries());
        return new Appended.Committed(after);
    }

    @Override
    public void takeSnapshot(long index, Consumer<Object> parts) {
        try {
            copy.force();
            incoming.clear();
            parts.accept(new LogState.At(state, before == null ? List.of() : List.of(before)));
            for (LedgerCopy.Piece piece : pieces(state)) parts.accept(new LogState.Files(piece));
        } catch (IOException e) {
            throw broken(DiskErrors.failed("force ledger", workshop.resolveSibling("ledger"), e));
        }
    }

    @Override
    public boolean hold(LogState at) {
        return copy.end().count() >= at.ledger().count();
    }

    @Override
    public List<LedgerCopy.Piece> pieces(LogState at) throws IOException {
        return copy.pieces(at.ledger(), PIECE_BYTES);
    }

    @Override
    public void installSnapshot(long index, List<Object> parts) {
        LogState.At at = (LogState.At) parts.get(0);
        List<LedgerCopy.Piece> pieces = new ArrayList<>();
        for (Object part : parts) if (part instanceof LogState.Files files) pieces.add(files.piece());
        try {
            boolean installed = copy.install(at.now().ledger(), pieces, incoming::read, workshop);
            if (installed) incoming.clear();
            state = at.now();
            before = at.before().isEmpty() ? null : at.before().get(0);
        } catch (IOException e) {
            throw broken(DiskErrors.failed("install ledger", workshop.resolveSibling("ledger"), e));
        } catch (RubatoException e) {
            throw broken(e);
        }
    }

    @Override
    public Object getNewTermOperation() {
        return owner.lead();
    }
}
