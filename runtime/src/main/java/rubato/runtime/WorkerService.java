package rubato.runtime;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.collective.Collective;
import rubato.collective.CollectiveException;
import rubato.collective.Gathered;
import rubato.collective.Mesh;
import rubato.compress.CompressionException;
import rubato.config.NetSection;
import rubato.config.RunConfig;
import rubato.error.RubatoException;
import rubato.net.Hub;
import rubato.net.Interfaces;
import rubato.net.NioHub;
import rubato.net.Peer;
import rubato.net.Route;
import rubato.protocol.Activity;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.seam.Clock;
import rubato.step.Contribution;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.WorkerId;

/**
 * One worker process: joins a run, then drives a {@link Worker} with one training thread. Messages arrive on the hub's
 * thread, are queued, and are taken between two actions; those that end a generation also break its collective at once.
 */
public final class WorkerService implements Hub.Handler, ControlLink.Owner {
    /**
     * @param endpoint where a coordinator listens, read anew after each loss of the connection
     * @param standby joins only where others are missing
     * @param host where peers reach this worker; "": by {@code interfaces}
     * @param interfaces of this machine that it listens on; empty: as the run's configuration says
     * @param route by which it reaches the coordinator, and peers if {@code host} is given
     * @param runDirectory where rank 0 stores checkpoints and all read the one to start from
     * @param stepDeadline how long a collective waits for its slowest rank
     * @param orphaned whether the process that started this one has ended
     */
    public record Terms(
            Supplier<Endpoint> endpoint,
            WorkerId id,
            boolean standby,
            String software,
            String host,
            List<String> interfaces,
            Route route,
            Path runDirectory,
            Path dataHome,
            Duration stepDeadline,
            BooleanSupplier orphaned) {}

    private static final Duration LINK = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long IDLE_SECONDS = 1;
    /** Above every generation a coordinator makes. */
    private static final Generation ALL = new Generation(Long.MAX_VALUE, Long.MAX_VALUE);

    private final Terms terms;
    private final Clock clock;
    private final BlockingQueue<Supplier<List<WorkerAction>>> inbox = new LinkedBlockingQueue<>();
    private final Deque<WorkerAction> agenda = new ArrayDeque<>();
    private volatile @Nullable Collective collective;
    /** Collectives of this and earlier generations are broken off. */
    private volatile Generation endedUpTo = Generation.NONE;

    /** The newest generation whose installation was asked for; older ones are not wanted any more. */
    private volatile Generation wanted = Generation.NONE;

    private volatile Generation current = Generation.NONE;
    private @Nullable ControlLink control;
    private @Nullable Pulse pulse;
    private volatile boolean standby;
    private @Nullable Worker worker;
    private volatile @Nullable Trainee trainee;
    private final Kept kept = new Kept();
    private @Nullable Endpoint opened;
    private @Nullable Doors doors;
    private final Follower follower = new Follower();
    private boolean shares;
    private @Nullable Practice practice;
    private int exitCode;

    public WorkerService(Terms terms, Clock clock) {
        this.terms = terms;
        this.clock = clock;
        this.standby = terms.standby();
    }

    /** Trains until the run ends; @return the exit code. */
    public int run() {
        Endpoint endpoint = terms.endpoint().get();
        opened = endpoint;
        try (NioHub hub = NioHub.open(endpoint.token(), this, endpoint.exposure(), terms.route())) {
            trainBehindDoors(hub);
        } finally {
            Trainee trained = trainee;
            if (trained != null) trained.close();
            Collective open = collective;
            if (open != null) open.close();
        }
        return exitCode;
    }

    /** Peers learn of its end before the coordinator does. */
    private void trainBehindDoors(NioHub hub) {
        try {
            train(hub);
        } finally {
            Doors open = doors;
            if (open != null) open.close();
        }
    }

    private void train(NioHub hub) {
        try (ControlLink link = new ControlLink(hub, terms.endpoint(), terms.orphaned(), this::patience, clock, this)) {
            control = link;
            link.open();
            hello();
            try (Pulse beats = new Pulse(link, clock)) {
                pulse = beats;
                loop();
            }
        }
    }

    private Duration patience() {
        Trainee known = trainee;
        return known == null ? PATIENCE : known.patience();
    }

    private void hello() {
        send(new ToCoordinator.Hello(
                terms.id(), terms.software(), ProcessHandle.current().pid(), standby));
    }

    /** Asks to leave the run after handing over; from any thread. */
    public void leave(String reason) {
        inbox.add(() -> List.of(new WorkerAction.Send(new ToCoordinator.Leave(reason))));
    }

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {}

    @Override
    public void received(Hub.Connection connection, byte[] bytes) {
        ToWorker message = Wire.toWorker(bytes);
        ControlLink link = control;
        if (link != null) link.heard();
        if (message instanceof ToWorker.Alive) return;
        if (message instanceof ToWorker.Sealed sealed) endGeneration(sealed.generation(), sealed.reason());
        if (message instanceof ToWorker.Released released) endGeneration(current, released.reason());
        if (message instanceof ToWorker.StandBy back) standBy(back.reason());
        if (message instanceof ToWorker.Refused refused) endGeneration(ALL, refused.reason());
        if (message instanceof ToWorker.Install install)
            wanted = install.world().generation();
        inbox.add(() -> on(message));
    }

    /** From now on a place is taken only where one is missing, whichever coordinator asks. */
    private void standBy(String reason) {
        standby = true;
        endGeneration(current, reason);
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        ControlLink link = control;
        if (link != null) link.lost(connection, reason);
    }

    @Override
    public void reconnected() {
        hello();
        endGeneration(current, "another coordinator took over");
    }

    @Override
    public void gaveUp(String reason) {
        endGeneration(ALL, reason);
        inbox.add(() -> List.of(new WorkerAction.Exit(3, reason)));
    }

    private void endGeneration(Generation upTo, String reason) {
        if (upTo.compareTo(endedUpTo) > 0) endedUpTo = upTo;
        Collective open = collective;
        if (open != null && current.compareTo(endedUpTo) <= 0) open.abort(reason);
    }

    private void loop() {
        while (true) {
            drain();
            WorkerAction action = agenda.poll();
            if (action == null) {
                await();
                continue;
            }
            if (action instanceof WorkerAction.Exit exit) {
                exitCode = exit.exitCode();
                if (exitCode != 0) throw ended(exit);
                return;
            }
            try {
                agenda.addAll(perform(action));
            } catch (RubatoException e) {
                agenda.addAll(worker == null ? gaveUp(e) : worker.fail(e));
            }
        }
    }

    private static RubatoException ended(WorkerAction.Exit exit) {
        return switch (exit.exitCode()) {
            case 2 -> RubatoException.usage(exit.reason());
            case 3 -> RubatoException.lost(exit.reason());
            case 4 -> RubatoException.diverged(exit.reason());
            default -> RubatoException.failed(exit.reason());
        };
    }

    private static List<WorkerAction> gaveUp(RubatoException e) {
        String reason = String.valueOf(e.getMessage());
        return List.of(
                new WorkerAction.Send(new ToCoordinator.Failed(reason, e.kind().exitCode())),
                new WorkerAction.Exit(e.kind().exitCode(), reason));
    }

    private void drain() {
        Supplier<List<WorkerAction>> next;
        while ((next = inbox.poll()) != null) agenda.addAll(next.get());
    }

    /** A worker that waits to be a member for the first time spends the time on becoming as fast as the others. */
    private boolean practised() {
        Practice steps = practice;
        if (steps == null) return false;
        boolean waits = worker != null && worker.generation().equals(Generation.NONE);
        if (waits && steps.step()) return true;
        practice = null;
        return false;
    }

    private void await() {
        if (practised()) return;
        doing(Activity.IDLE);
        try {
            Supplier<List<WorkerAction>> next = inbox.poll(IDLE_SECONDS, TimeUnit.SECONDS);
            if (next != null) agenda.addAll(next.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            agenda.add(new WorkerAction.Exit(3, "interrupted"));
        }
    }

    private void doing(Activity activity) {
        Pulse beats = pulse;
        Worker machine = worker;
        if (beats != null && machine != null) beats.doing(machine.generation(), machine.completed(), activity);
    }

    private List<WorkerAction> on(ToWorker message) {
        if (message instanceof ToWorker.Welcome welcome) return welcomed(welcome);
        if (worker != null) return worker.on(message);
        if (message instanceof ToWorker.Refused refused) return List.of(new WorkerAction.Exit(1, refused.reason()));
        if (message instanceof ToWorker.Released released && !released.rejoin())
            return List.of(new WorkerAction.Exit(0, released.reason()));
        return List.of();
    }

    private List<WorkerAction> welcomed(ToWorker.Welcome welcome) {
        if (worker != null) return worker.reattached();
        List<WorkerAction> nowhere = open(RunConfig.parse(welcome.config()).net());
        if (!nowhere.isEmpty()) return nowhere;
        try {
            Trainee prepared = Trainee.prepare(welcome, terms, clock, kept);
            trainee = prepared;
            practice = prepared.practice().orElse(null);
            worker = new Worker(terms.id(), prepared.rhythm(), prepared.state(), prepared.cursor());
            return join(prepared.state());
        } catch (RubatoException e) {
            return gaveUp(e);
        }
    }

    /** Where it can be reached is this machine's matter: the run does not hear of a failure. @return nothing, or the end */
    private List<WorkerAction> open(NetSection net) {
        try {
            Place place = Place.ofWorker(terms, endpoint(), net, Interfaces.ofThisMachine());
            doors = Doors.open(terms, endpoint(), place, this::freeze, kept, clock);
            return List.of();
        } catch (RubatoException e) {
            return List.of(new WorkerAction.Exit(e.kind().exitCode(), String.valueOf(e.getMessage())));
        }
    }

    private Doors doors() {
        Doors open = doors;
        if (open == null) throw new IllegalStateException("not welcomed yet");
        return open;
    }

    private List<WorkerAction> join(StateName state) {
        return List.of(new WorkerAction.Send(new ToCoordinator.Join(
                doors().member(terms),
                trainee().fingerprints(),
                state,
                sharesRun(),
                trainee().stateBytes())));
    }

    /** Whether the run directory here is that of the run: it has checkpoints, and the token, which no other run knows. */
    private boolean sharesRun() {
        if (!shares && Files.isDirectory(terms.runDirectory().resolve("checkpoints"))) {
            try {
                String found = Endpoint.readToken(terms.runDirectory().resolve("token"))
                        .toHex();
                shares = found.equals(endpoint().token().toHex());
            } catch (RubatoException notThisRun) {
                return false;
            }
        }
        return shares;
    }

    private List<WorkerAction> perform(WorkerAction action) {
        if (action instanceof WorkerAction.Send send) {
            send(send.message());
            return List.of();
        }
        if (action instanceof WorkerAction.Rejoin rejoin) return join(rejoin.state());
        if (action instanceof WorkerAction.Hold hold) return hold(hold);
        if (action instanceof WorkerAction.Connect connect) return connect(connect);
        if (action instanceof WorkerAction.Compute compute) return compute(compute);
        if (action instanceof WorkerAction.Apply apply) return apply(apply);
        if (action instanceof WorkerAction.Freeze) return keep();
        if (action instanceof WorkerAction.Follow follow) return follow(follow);
        if (action instanceof WorkerAction.KeepUp) return keepUp();
        if (action instanceof WorkerAction.Evaluate evaluate) return evaluate(evaluate);
        if (action instanceof WorkerAction.Store store) store(store);
        if (action instanceof WorkerAction.Complete complete) complete(complete);
        if (action instanceof WorkerAction.Abandon abandon)
            trainee().checkpoints().abandon(abandon);
        if (action instanceof WorkerAction.Forget) return forget();
        return List.of();
    }

    private void store(WorkerAction.Store store) {
        trainee()
                .store(
                        store,
                        (hash, digests) -> inbox.add(() -> worker().partStored(store, hash, digests)),
                        error -> notStored(store.generation(), store.step(), error));
    }

    private void complete(WorkerAction.Complete complete) {
        Generation by = complete.generation();
        trainee()
                .checkpoints()
                .complete(
                        complete,
                        stored -> inbox.add(() -> worker().stored(
                                        by,
                                        complete.step(),
                                        stored.hash(),
                                        stored.directory(),
                                        stored.manifestSha256())),
                        error -> notStored(by, complete.step(), error));
    }

    private void notStored(Generation by, long step, RubatoException error) {
        inbox.add(() -> worker().notStored(by, step, String.valueOf(error.getMessage())));
    }

    private List<WorkerAction> forget() {
        trainee().forget();
        return worker().forgotten(trainee().state(), trainee().cursor());
    }

    private List<WorkerAction> evaluate(WorkerAction.Evaluate evaluate) {
        doing(Activity.EVALUATING);
        return worker().evaluated(
                        evaluate.step(),
                        trainee()
                                .evaluate(
                                        evaluate.last(),
                                        worker().rank(),
                                        collective().size()));
    }

    private List<WorkerAction> apply(WorkerAction.Apply apply) {
        List<WorkerAction> next = trainee().apply(apply, worker());
        if (kept.newest() >= 0) doors().states().told();
        return next;
    }

    private List<WorkerAction> keep() {
        trainee().keep();
        doors().states().told();
        return List.of();
    }

    /** Takes a state over while the members train on; if that fails, it is taken over when they rest. */
    private List<WorkerAction> follow(WorkerAction.Follow follow) {
        Generation before = wanted;
        doing(Activity.INSTALLING);
        follower.stop();
        try {
            follower.begin(trainee()
                    .follow(
                            endpoint().token(),
                            endpoint().exposure(),
                            doors().route(),
                            follow,
                            () -> !wanted.equals(before)));
            return List.of(new WorkerAction.KeepUp());
        } catch (RubatoException e) {
            return worker().followed(trainee().state());
        }
    }

    private List<WorkerAction> keepUp() {
        if (!follower.isFollowing()) return List.of();
        doing(Activity.INSTALLING);
        List<WorkerAction> next = new ArrayList<>();
        if (follower.keepUp(trainee())) next.addAll(worker().followed(trainee().state()));
        if (follower.isFollowing()) next.add(new WorkerAction.KeepUp());
        return next;
    }

    private List<WorkerAction> hold(WorkerAction.Hold hold) {
        Generation generation = hold.world().generation();
        BooleanSupplier cancelled = () -> !wanted.equals(generation);
        StateName base = hold.base();
        doing(Activity.INSTALLING);
        follower.followTo(base, trainee());
        try {
            StateName held = trainee().state();
            boolean same = held.step() == base.step() && held.hash() == base.hash();
            if (same) trainee().rename(base);
            else if (hold.holders().isEmpty()) trainee().recompute(hold.recipe(), base, cancelled);
            else
                trainee()
                        .fetch(
                                endpoint().token(),
                                endpoint().exposure(),
                                doors().route(),
                                base,
                                hold.holders(),
                                cancelled);
            if (hold.stored()) trainee().keepNothingBack();
            return worker().held(generation, base, trainee().cursor());
        } catch (RubatoException e) {
            boolean recomputed = e.kind() == RubatoException.Kind.DIVERGED;
            return worker().notHeld(generation, trainee().state(), recomputed, String.valueOf(e.getMessage()));
        }
    }

    private Endpoint endpoint() {
        if (opened == null) throw new IllegalStateException("not connected");
        return opened;
    }

    /** Makes a copy of the state for a peer, on the training thread, if it is still the one asked for. */
    private void freeze(StateName name, Consumer<StatePort.Answer> answer) {
        inbox.add(() -> {
            StateName held = trainee().state();
            boolean same = held.step() == name.step() && held.hash() == name.hash();
            answer.accept(
                    same
                            ? new StatePort.Answer(List.of(trainee().freeze()), "")
                            : new StatePort.Answer(List.of(), "holds " + held));
            return List.of();
        });
    }

    private List<WorkerAction> connect(WorkerAction.Connect connect) {
        Generation generation = connect.world().generation();
        Collective before = collective;
        if (before != null) before.close();
        List<Peer> peers = connect.world().members().stream()
                .map(member -> new Peer(member.id(), new InetSocketAddress(member.host(), member.port())))
                .toList();
        Mesh mesh = doors().mesh();
        mesh.use(trainee().links());
        try {
            Collective linked = mesh.connect(
                    generation.term(),
                    generation.number(),
                    worker().rank(),
                    peers,
                    LINK,
                    () -> generation.compareTo(endedUpTo) <= 0);
            collective = linked;
            current = generation;
            if (generation.compareTo(endedUpTo) <= 0) linked.abort("the generation has ended");
            return worker().linked(generation);
        } catch (CollectiveException e) {
            int blamed = generation.compareTo(endedUpTo) <= 0 ? -1 : e.peerRank();
            return worker().broken(generation, blamed, String.valueOf(e.getMessage()));
        }
    }

    private List<WorkerAction> compute(WorkerAction.Compute compute) {
        Generation generation = worker().generation();
        doing(Activity.COMPUTING);
        try {
            Contribution own = trainee().gradient(compute, worker().planVersion(), collective());
            long hash = trainee().hashNow();
            if (hash != own.stateHash()) return worker().corrupted(hash);
            doing(Activity.REDUCING);
            Gathered gathered = trainee().reduce(compute, generation, collective(), own.encode());
            doing(Activity.COMPUTING);
            return worker().reduced(
                            compute.step(),
                            Arrays.stream(gathered.controls())
                                    .map(Contribution::decode)
                                    .toList());
        } catch (CollectiveException e) {
            return worker().broken(generation, e.peerRank(), String.valueOf(e.getMessage()));
        } catch (CompressionException e) {
            return worker().broken(generation, -1, "step " + compute.step() + ": " + e.getMessage());
        }
    }

    private void send(ToCoordinator message) {
        ControlLink link = control;
        if (link != null) link.send(message);
    }

    private Worker worker() {
        if (worker == null) throw new IllegalStateException("not welcomed yet");
        return worker;
    }

    private Trainee trainee() {
        Trainee known = trainee;
        if (known == null) throw new IllegalStateException("not welcomed yet");
        return known;
    }

    private Collective collective() {
        Collective open = collective;
        if (open == null) throw new IllegalStateException("no generation yet");
        return open;
    }
}
