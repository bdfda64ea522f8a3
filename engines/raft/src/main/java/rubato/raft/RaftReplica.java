package rubato.raft;

import io.microraft.Ordered;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftRole;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.persistence.RestoredRaftState;
import io.microraft.report.RaftNodeReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.codec.CodecException;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.error.RubatoException;
import rubato.ledger.LedgerCopy;
import rubato.ledger.LedgerHead;
import rubato.ledger.LedgerImage;
import rubato.log.Appended;
import rubato.log.ReplicaPlace;
import rubato.log.ReplicatedLog;
import rubato.random.SplitMix;

/**
 * One replica of a log replicated by MicroRaft. Its directory holds {@code raft} (journal: votes and the newest part of the
 * log) and {@code ledger} (every committed entry, in the format of any run's ledger). All of it runs on one event queue.
 */
final class RaftReplica implements ReplicatedLog {
    /**
     * @param snapshotEvery operations after which the Raft log is cut short
     * @param segmentBytes of the ledger's files
     */
    record Sizes(int snapshotEvery, long segmentBytes) {
        static final Sizes USUAL = new Sizes(1024, LedgerHead.SEGMENT_BYTES);
    }

    private final ReplicaPlace place;
    private final Disk disk;
    private final EventQueue queue;
    private final PeerSender sender;
    private final Sizes sizes;
    private final SplitMix random;
    private final Models models;
    private final PeerCodec codec;
    private final Incoming incoming;
    private final Pace pace;
    private final Renewal renewal;

    // Event queue only from here.
    private @Nullable Observer observer;
    private @Nullable Journal journal;
    private @Nullable LedgerMachine machine;
    private @Nullable RaftNode node;
    private LogOp.@Nullable Lead lead;
    private boolean leading;
    private long leadingTerm;
    private @Nullable RaftEndpoint leader;
    private boolean isLeader;
    private boolean over;
    private int incarnation;

    public RaftReplica(ReplicaPlace place, Disk disk, EventQueue queue, PeerSender sender, long seed) {
        this(place, disk, queue, sender, seed, Sizes.USUAL);
    }

    RaftReplica(ReplicaPlace place, Disk disk, EventQueue queue, PeerSender sender, long seed, Sizes sizes) {
        this.place = place;
        this.disk = disk;
        this.queue = queue;
        this.sender = sender;
        this.sizes = sizes;
        this.random = new SplitMix(seed);
        this.models = new Models(place.members());
        this.codec = new PeerCodec(models);
        this.incoming = new Incoming(place.directory().resolve("incoming"), disk);
        this.pace = new Pace(queue, random);
        this.renewal = new Renewal(queue, new Again());
    }

    @Override
    public LedgerHead after(LedgerHead head, List<byte[]> entries, boolean finishes) {
        return head.after(place.run(), entries, finishes, sizes.segmentBytes());
    }

    @Override
    public int self() {
        return place.self();
    }

    @Override
    public List<Integer> members() {
        return place.members();
    }

    @Override
    public void start(Observer told) {
        queue.execute(() -> {
            observer = told;
            open();
        });
    }

    private void open() {
        try {
            openFiles();
        } catch (RubatoException e) {
            fail(e);
        } catch (IOException e) {
            fail(DiskErrors.failed("open", place.directory(), e));
        }
    }

    private void openFiles() throws IOException {
        incarnation++;
        Path raft = place.directory().resolve("raft");
        JournalRecord.Group group = new JournalRecord.Group(place.run(), place.self(), place.members());
        Journal opened = Journal.open(raft, disk, group, models, this::fail);
        LedgerCopy copy = LedgerCopy.open(place.ledger(), disk, place.run(), sizes.segmentBytes());
        LedgerMachine applied =
                new LedgerMachine(copy, incoming, place.directory().resolve("workshop"), new Owner());
        journal = opened;
        machine = applied;
        RestoredRaftState restored = opened.restored(applied);
        RaftNode.RaftNodeBuilder builder = RaftNode.newBuilder()
                .setGroupId(PeerCodec.GROUP)
                .setConfig(Pace.config(sizes.snapshotEvery()))
                .setExecutor(new NodeExecutor(incarnation))
                .setTransport(new NodeTransport(incarnation))
                .setStateMachine(applied)
                .setStore(opened)
                .setRandom(new Random(random.nextLong()))
                .setClock(pace)
                .setRaftNodeReportListener(this::reported);
        if (restored != null) builder.setRestoredState(restored);
        else
            builder.setLocalEndpoint(new ReplicaId(place.self()))
                    .setInitialGroupMembers(Models.endpoints(place.members()));
        RaftNode built = builder.build();
        node = built;
        built.start().whenComplete((done, error) -> {
            if (error != null && node == built) fail(cannotStart(error));
        });
    }

    private RubatoException cannotStart(Throwable error) {
        return RubatoException.failed(
                "replica " + place.self() + " cannot go on from " + place.directory() + ": " + error, error);
    }

    /** Begins again from what is on disk: as if this replica had been killed and started. */
    private void reopen() {
        if (over || journal == null || machine == null) return;
        notLeader();
        leader = null;
        isLeader = false;
        journal.close();
        machine.copy().close();
        open();
    }

    /** A message of another replica that has proved who it is. Any thread. */
    public void receive(int from, byte[] message) {
        queue.execute(() -> {
            if (over || node == null) return;
            try {
                PeerMessage record = codec.decode(message);
                if (record.from() != from || !place.members().contains(from)) return;
                take(record);
            } catch (CodecException e) {
                return; // of another version, or damaged: as good as lost
            } catch (IOException e) {
                fail(DiskErrors.failed("write", place.directory().resolve("incoming"), e));
            }
        });
    }

    private void take(PeerMessage record) throws IOException {
        if (record instanceof PeerMessage.Snapshot snapshot)
            for (PeerMessage.Chunk chunk : snapshot.chunk())
                if (chunk.part() instanceof LogState.Files files) incoming.put(files.piece(), chunk.bytes());
        if (node != null) node.handle(codec.message(record));
    }

    /**
     * The connection to another replica closed: if it led, an election begins without waiting for its lease to end. Any thread.
     * What arrived over that connection is handled first: a message passes the queue twice, so this does too.
     */
    public void lost(int replica) {
        queue.execute(() -> queue.execute(() -> {
            if (leader != null && !isLeader && ReplicaId.of(leader).number() == replica) pace.leaderIsDead();
        }));
    }

    @Override
    public void append(
            long term, LedgerHead previous, List<byte[]> entries, boolean finishes, Consumer<Appended> then) {
        queue.execute(() -> {
            if (over || !leading || term != leadingTerm || node == null) {
                then.accept(new Appended.Refused("replica " + place.self() + " does not lead in term " + term));
                return;
            }
            LogOp.Append operation = new LogOp.Append(term, previous.link(), entries, finishes);
            node.<Object>replicate(operation).whenComplete((done, error) -> then.accept(outcome(done, error)));
        });
    }

    @Override
    public void leadAnew(long term) {
        queue.execute(() -> {
            if (over || !leading || term != leadingTerm) return;
            stepDown();
            renewal.begin();
        });
    }

    private static Appended outcome(@Nullable Ordered<Object> done, @Nullable Throwable error) {
        if (done != null && done.getResult() instanceof Appended appended) return appended;
        return new Appended.Unknown(
                error == null
                        ? "no answer"
                        : "leadership ended (" + error.getClass().getSimpleName() + ")");
    }

    @Override
    public LedgerImage read() {
        if (machine == null) throw new IllegalStateException("replica " + place.self() + " has not started");
        return machine.copy().image();
    }

    private void reported(RaftNodeReport report) {
        RaftEndpoint now = report.getTerm().getLeaderEndpoint();
        isLeader = report.getRole() == RaftRole.LEADER;
        if (!isLeader) notLeader();
        if (Objects.equals(now, leader)) return;
        leader = now;
        if (now != null && !isLeader) queue.execute(this::endPreVote);
        if (!isLeader && observer != null) observer.following(number(now));
    }

    private void endPreVote() {
        if (!over && node != null) OpenPreVote.end(node);
    }

    private static OptionalInt number(@Nullable RaftEndpoint endpoint) {
        return endpoint == null
                ? OptionalInt.empty()
                : OptionalInt.of(ReplicaId.of(endpoint).number());
    }

    private void notLeader() {
        stepDown();
        renewal.settled();
    }

    private void stepDown() {
        if (!leading) return;
        leading = false;
        if (observer != null) observer.following(OptionalInt.empty());
    }

    private final class Owner implements LedgerMachine.Owner {
        @Override
        public LogOp.Lead lead() {
            LogOp.Lead begun = new LogOp.Lead(place.self(), random.nextLong());
            lead = begun;
            return begun;
        }

        @Override
        public void led(LogOp.Lead by) {
            if (machine == null) return;
            stepDown();
            if (!isLeader || !by.equals(lead)) return;
            renewal.settled();
            leading = true;
            leadingTerm = machine.state().term();
            if (observer != null) observer.leading(leadingTerm, machine.state().ledger());
        }

        @Override
        public void appended(long first, List<byte[]> entries) {
            if (observer != null) observer.committed(first, entries);
        }

        @Override
        public void failed(RubatoException error) {
            fail(error);
        }
    }

    private final class Again implements Renewal.Replica {
        @Override
        public CompletionStage<?> lead() {
            return node == null || machine == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("not open"))
                    : node.replicate(machine.getNewTermOperation());
        }

        @Override
        public void reopen() {
            queue.execute(RaftReplica.this::reopen);
        }
    }

    private void fail(RubatoException error) {
        if (over) return;
        over = true;
        renewal.settled();
        leading = false;
        if (observer != null) observer.failed(error);
    }

    /** Runs MicroRaft's tasks on the event queue, those of an earlier incarnation never. */
    private final class NodeExecutor implements io.microraft.executor.RaftNodeExecutor {
        private final int of;

        NodeExecutor(int of) {
            this.of = of;
        }

        @Override
        public void execute(Runnable task) {
            submit(task);
        }

        @Override
        public void submit(Runnable task) {
            queue.execute(() -> run(task));
        }

        @Override
        public void schedule(Runnable task, long delay, java.util.concurrent.TimeUnit unit) {
            queue.schedule(() -> run(task), pace.realNanos(delay, unit));
        }

        private void run(Runnable task) {
            if (over || of != incarnation) return;
            task.run();
            if (journal != null && journal.wasContradicted()) reopen();
        }
    }

    private final class NodeTransport implements io.microraft.transport.Transport {
        private final int of;

        NodeTransport(int of) {
            this.of = of;
        }

        @Override
        public void send(RaftEndpoint target, RaftMessage message) {
            if (over || of != incarnation || machine == null) return;
            if (message instanceof AppendEntriesFailureResponse refusal && cannotBePutRight(refusal)) {
                queue.execute(this::beginAgain);
                return;
            }
            try {
                LedgerCopy copy = machine.copy();
                sender.send(ReplicaId.of(target).number(), codec.encode(message, copy::read));
            } catch (IOException e) {
                fail(DiskErrors.failed("read ledger", place.directory(), e));
            }
        }

        private void beginAgain() {
            if (of == incarnation) reopen();
        }

        @Override
        public boolean isReachable(RaftEndpoint target) {
            return sender.reaches(ReplicaId.of(target).number());
        }
    }

    /**
     * What the snapshot holds is committed, so the leader of this term can never differ there; MicroRaft 0.7 refuses it all
     * the same when it no longer has the entry at hand. See {@link Journal}.
     */
    private boolean cannotBePutRight(AppendEntriesFailureResponse refusal) {
        if (journal == null || leader == null) return false;
        long compared = refusal.getExpectedNextIndex() - 1;
        return refusal.getFlowControlSequenceNumber() > 0
                && compared > 0
                && compared <= journal.snapshotIndex()
                && journal.canStepBack();
    }

    @Override
    public void close() {
        queue.execute(() -> {
            if (!over) notLeader();
            over = true;
            if (journal != null) journal.close();
            if (machine != null) machine.copy().close();
        });
    }
}
