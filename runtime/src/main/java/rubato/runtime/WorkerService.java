package rubato.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.config.RunConfig;
import rubato.error.RubatoException;
import rubato.net.Hub;
import rubato.net.Interfaces;
import rubato.net.NioHub;
import rubato.protocol.Agenda;
import rubato.protocol.Ending;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.seam.Clock;
import rubato.step.StateName;

/**
 * One worker process: joins a run, then drives a {@link Worker} with one training thread. Messages arrive on the hub's
 * thread, are queued, and are taken between two actions; those that end a generation also break its collective at once.
 */
public final class WorkerService implements Hub.Handler, ControlLink.Owner {
    private static final long IDLE_SECONDS = 1;

    private final WorkerTerms terms;
    private final Clock clock;
    private final FirstContact contact;
    private final Endpoint endpoint;
    private final Introduction introduction;
    private final BlockingQueue<Supplier<List<WorkerAction>>> events = new LinkedBlockingQueue<>();
    private final Agenda agenda = new Agenda(events);
    private final Generations generations = new Generations();
    private final Kept kept = new Kept();
    private volatile @Nullable ControlLink control;
    private @Nullable Pulse pulse;
    private @Nullable Doors doors;
    private volatile @Nullable WelcomedWorker welcomed;

    WorkerService(WorkerTerms terms, Clock clock, FirstContact contact) {
        this.terms = terms;
        this.clock = clock;
        this.contact = contact;
        this.endpoint = contact.until(terms.endpoint());
        this.introduction = new Introduction(terms, endpoint);
    }

    /** Trains until the run ends; @return the exit code. */
    public int run() {
        try (NioHub hub = NioHub.open(endpoint.token(), this, endpoint.exposure(), terms.route())) {
            return trainBehindDoors(hub);
        } finally {
            WelcomedWorker known = welcomed;
            if (known != null) known.close();
            generations.close();
        }
    }

    /** Peers learn of its end before the coordinator does. */
    private int trainBehindDoors(NioHub hub) {
        try {
            return train(hub);
        } finally {
            Doors open = doors;
            if (open != null) open.close();
        }
    }

    private int train(NioHub hub) {
        try (ControlLink link = new ControlLink(hub, terms.endpoint(), terms.orphaned(), this::patience, clock, this)) {
            control = link;
            contact.until(link::open);
            link.send(introduction.hello());
            try (Pulse beats = new Pulse(link, clock)) {
                pulse = beats;
                return loop(link);
            }
        }
    }

    private Duration patience() {
        WelcomedWorker known = welcomed;
        return known == null ? Rendezvous.USUAL_PATIENCE : known.patience();
    }

    /** Asks to leave the run after handing over, or gives up looking for it; from any thread. */
    public void leave(String reason) {
        contact.stop();
        agenda.happened(() -> List.of(new WorkerAction.Send(new ToCoordinator.Leave(reason))));
    }

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {}

    @Override
    public void received(Hub.Connection connection, byte[] bytes) {
        ToWorker message = Wire.toWorker(bytes);
        ControlLink link = control;
        if (link != null) link.heard();
        if (message instanceof ToWorker.Alive) return;
        if (message instanceof ToWorker.StandBy) introduction.standBy();
        generations.heard(message);
        agenda.happened(() -> on(message));
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        ControlLink link = control;
        if (link != null) link.lost(connection, reason);
    }

    @Override
    public void reconnected() {
        ControlLink link = control;
        if (link != null) link.send(introduction.hello());
        generations.takenOver();
    }

    @Override
    public void gaveUp(String reason) {
        generations.end(Ending.ofAll(reason));
        agenda.happened(() -> List.of(new WorkerAction.Exit(3, reason)));
    }

    private int loop(ControlLink link) {
        while (true) {
            WorkerAction action = agenda.next();
            if (action == null) {
                idle();
            } else if (action instanceof WorkerAction.Exit exit) {
                if (exit.exitCode() == 0) return 0;
                throw ended(exit);
            } else if (action instanceof WorkerAction.Send send) {
                link.send(send.message());
            } else {
                perform(action, welcomed());
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

    private void perform(WorkerAction action, WelcomedWorker known) {
        try {
            agenda.add(known.perform(action));
        } catch (RubatoException e) {
            agenda.add(known.fail(e));
        }
    }

    private void idle() {
        WelcomedWorker known = welcomed;
        if (known != null && known.practises()) return;
        if (known != null) known.idles();
        try {
            Supplier<List<WorkerAction>> event = events.poll(IDLE_SECONDS, TimeUnit.SECONDS);
            if (event != null) agenda.add(event.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            agenda.add(List.of(new WorkerAction.Exit(3, "interrupted")));
        }
    }

    private List<WorkerAction> on(ToWorker message) {
        WelcomedWorker known = welcomed;
        if (known != null) return known.on(message);
        return message instanceof ToWorker.Welcome first ? prepare(first) : Worker.onUnprepared(message);
    }

    private List<WorkerAction> prepare(ToWorker.Welcome welcome) {
        Doors open;
        try {
            open = openDoors(RunConfig.parse(welcome.config()));
        } catch (RubatoException e) {
            return List.of(new WorkerAction.Exit(e.kind().exitCode(), String.valueOf(e.getMessage())));
        }
        try {
            Trainee trainee = Trainee.prepare(welcome, terms, clock, kept);
            WelcomedWorker known =
                    new WelcomedWorker(terms, endpoint, introduction, trainee, open, generations, pulse(), agenda);
            welcomed = known;
            return known.join();
        } catch (RubatoException e) {
            return cannotTrain(e);
        }
    }

    /** Where it can be reached is this machine's matter: the run does not hear of a failure. */
    private Doors openDoors(RunConfig config) {
        Place place = Place.ofWorker(terms, endpoint, config.net(), Interfaces.ofThisMachine());
        Doors open = Doors.open(terms, endpoint, place, this::handOver, kept, clock);
        doors = open;
        return open;
    }

    private void handOver(StateName asked, Consumer<StatePort.Answer> answer) {
        agenda.happened(() -> {
            welcomed().handOver(asked, answer);
            return List.of();
        });
    }

    private static List<WorkerAction> cannotTrain(RubatoException e) {
        String reason = String.valueOf(e.getMessage());
        return List.of(
                new WorkerAction.Send(new ToCoordinator.Failed(reason, e.kind().exitCode())),
                new WorkerAction.Exit(e.kind().exitCode(), reason));
    }

    private WelcomedWorker welcomed() {
        WelcomedWorker known = welcomed;
        if (known == null) throw new IllegalStateException("not welcomed yet");
        return known;
    }

    private Pulse pulse() {
        if (pulse == null) throw new IllegalStateException("not connected");
        return pulse;
    }
}
