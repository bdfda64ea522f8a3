package rubato.runtime;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.collective.Collective;
import rubato.collective.CollectiveException;
import rubato.collective.Mesh;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.Hub;
import rubato.net.LinkOptions;
import rubato.net.NioHub;
import rubato.net.Peer;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.seam.Clock;
import rubato.step.Contribution;
import rubato.world.WorkerId;

/**
 * One worker process: joins a run, then drives a {@link Worker} with one training thread. Messages arrive on the hub's
 * thread, are queued, and are taken between two actions.
 */
public final class WorkerService implements Hub.Handler {
    /**
     * @param host where peers reach this worker
     * @param runDirectory where rank 0 stores checkpoints and all read the one to start from
     * @param stepDeadline how long a collective waits for its slowest rank
     */
    public record Terms(
            Endpoint endpoint,
            WorkerId id,
            String software,
            String host,
            Path runDirectory,
            Path dataHome,
            Duration stepDeadline) {}

    private static final Duration DIAL = Duration.ofSeconds(5);
    private static final long IDLE_SECONDS = 120;

    private final Terms terms;
    private final Clock clock;
    private final BlockingQueue<Supplier<List<WorkerAction>>> inbox = new LinkedBlockingQueue<>();
    private final Deque<WorkerAction> agenda = new ArrayDeque<>();
    private volatile @Nullable Collective collective;
    private volatile @Nullable String aborted;
    private Hub.@Nullable Connection control;
    private @Nullable Worker worker;
    private @Nullable Trainee trainee;
    private int exitCode;
    private int port;

    public WorkerService(Terms terms, Clock clock) {
        this.terms = terms;
        this.clock = clock;
    }

    /** Trains until the run ends; @return the exit code. */
    public int run() {
        try (NioHub hub = NioHub.open(terms.endpoint().token(), this);
                Mesh mesh = Mesh.open(
                        terms.endpoint().token(),
                        terms.id(),
                        terms.host(),
                        0,
                        Exposure.LOOPBACK,
                        LinkOptions.DEFAULT,
                        terms.stepDeadline())) {
            port = mesh.address().getPort();
            control = hub.dial(terms.endpoint().host(), terms.endpoint().port(), DIAL);
            send(new ToCoordinator.Hello(
                    terms.id(), terms.software(), ProcessHandle.current().pid()));
            loop(mesh);
            connection().close("done");
        } finally {
            Trainee trained = trainee;
            if (trained != null) trained.close();
            Collective open = collective;
            if (open != null) open.close();
        }
        return exitCode;
    }

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {}

    @Override
    public void received(Hub.Connection connection, byte[] bytes) {
        ToWorker message = Wire.toWorker(bytes);
        if (message instanceof ToWorker.Sealed sealed) abort(sealed.reason());
        if (message instanceof ToWorker.Refused refused) abort(refused.reason());
        inbox.add(() -> on(message));
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        abort("the coordinator is gone: " + reason);
        inbox.add(() -> List.of(new WorkerAction.Exit(3, "the coordinator is gone: " + reason)));
    }

    private void abort(String reason) {
        aborted = reason;
        Collective open = collective;
        if (open != null) open.abort(reason);
    }

    private void loop(Mesh mesh) {
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
                agenda.addAll(perform(action, mesh));
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

    private void await() {
        try {
            Supplier<List<WorkerAction>> next = inbox.poll(IDLE_SECONDS, TimeUnit.SECONDS);
            agenda.addAll(
                    next != null
                            ? next.get()
                            : List.of(new WorkerAction.Exit(
                                    3, "the coordinator has said nothing for " + IDLE_SECONDS + " s")));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            agenda.add(new WorkerAction.Exit(3, "interrupted"));
        }
    }

    private List<WorkerAction> on(ToWorker message) {
        if (message instanceof ToWorker.Welcome welcome) return welcomed(welcome);
        if (worker != null) return worker.on(message);
        if (message instanceof ToWorker.Refused refused) return List.of(new WorkerAction.Exit(1, refused.reason()));
        return List.of();
    }

    private List<WorkerAction> welcomed(ToWorker.Welcome welcome) {
        try {
            Trainee prepared = Trainee.prepare(welcome, terms, clock);
            trainee = prepared;
            worker = new Worker(terms.id(), prepared.rhythm(), prepared.state(), prepared.cursor());
            return List.of(new WorkerAction.Send(prepared.join(terms, port)));
        } catch (RubatoException e) {
            return gaveUp(e);
        }
    }

    private List<WorkerAction> perform(WorkerAction action, Mesh mesh) {
        if (action instanceof WorkerAction.Send send) {
            send(send.message());
            return List.of();
        }
        if (action instanceof WorkerAction.Connect connect) return connect(connect, mesh);
        if (action instanceof WorkerAction.Compute compute) return compute(compute);
        if (action instanceof WorkerAction.Apply apply) return trainee().apply(apply, worker());
        if (action instanceof WorkerAction.Evaluate evaluate) {
            return worker().evaluated(
                            evaluate.step(),
                            trainee()
                                    .evaluate(
                                            evaluate.last(),
                                            worker().rank(),
                                            collective().size()));
        }
        if (action instanceof WorkerAction.Store store) {
            trainee()
                    .store(
                            store.step(),
                            stored -> inbox.add(() -> worker().stored(
                                            store.step(), stored.hash(), stored.directory(), stored.manifestSha256())),
                            error -> inbox.add(() -> worker().fail(error)));
        }
        return List.of();
    }

    private List<WorkerAction> connect(WorkerAction.Connect connect, Mesh mesh) {
        List<Peer> peers = connect.world().members().stream()
                .map(member -> new Peer(member.id(), new InetSocketAddress(member.host(), member.port())))
                .toList();
        collective = mesh.connect(
                connect.world().generation().term(),
                connect.world().generation().number(),
                worker().rank(),
                peers,
                terms.stepDeadline());
        String already = aborted;
        if (already != null) collective().abort(already);
        return worker().installed(trainee().enter(connect.world().generation()));
    }

    private List<WorkerAction> compute(WorkerAction.Compute compute) {
        try {
            Contribution own = trainee().gradient(compute, worker().planVersion());
            Collective.Gathered gathered = collective()
                    .allReduce(
                            compute.step(),
                            trainee().gradientVector(),
                            trainee().parameterCount(),
                            own.encode());
            trainee().reduced(gathered);
            return worker().reduced(
                            compute.step(),
                            Arrays.stream(gathered.controls())
                                    .map(Contribution::decode)
                                    .toList());
        } catch (CollectiveException e) {
            return worker().broken(compute.step(), e.peerRank(), String.valueOf(e.getMessage()));
        }
    }

    private void send(ToCoordinator message) {
        connection().send(Wire.encode(message));
    }

    private Hub.Connection connection() {
        if (control == null) throw new IllegalStateException("not connected");
        return control;
    }

    private Worker worker() {
        if (worker == null) throw new IllegalStateException("not welcomed yet");
        return worker;
    }

    private Trainee trainee() {
        if (trainee == null) throw new IllegalStateException("not welcomed yet");
        return trainee;
    }

    private Collective collective() {
        Collective open = collective;
        if (open == null) throw new IllegalStateException("no generation yet");
        return open;
    }
}
