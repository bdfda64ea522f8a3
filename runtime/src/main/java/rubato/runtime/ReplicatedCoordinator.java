package rubato.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.ledger.LedgerHead;
import rubato.ledger.LedgerImage;
import rubato.ledger.LedgerReader;
import rubato.log.ReplicaPlace;
import rubato.log.ReplicatedLedger;
import rubato.log.ReplicatedLog;
import rubato.log.Replication;
import rubato.log.ReplicationEngine;
import rubato.net.Token;
import rubato.protocol.RunStatus;
import rubato.seam.Clock;

/** One of several coordinators: takes part in the replicated log all the time, and coordinates the run while it leads. */
final class ReplicatedCoordinator implements ReplicatedLog.Observer, AutoCloseable {
    private sealed interface News {
        record Leading(long term, LedgerHead head) implements News {}

        record Deposed() implements News {}

        record Ended(CoordinatorHost of) implements News {}

        record Failed(RubatoException error) implements News {}
    }

    private static final long NO_TERM = -1;

    private final RunDirectory directory;
    private final RunConfig config;
    private final Split data;
    private final String software;
    private final Clock clock = new SystemClock();
    private final Function<Path, List<Listener>> listeners;
    private final CoordinatorPlaces places;
    private final ReplicaPlace place;
    private final Replication replication;
    private final Switchboard switchboard;
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
    private final boolean takeover;
    private final long entriesAtStart;
    private final int parameters;
    private final Shadow shadow;
    private volatile OptionalInt leader = OptionalInt.empty();
    private volatile long leadingTerm = NO_TERM;
    private @Nullable CoordinatorHost host;
    private @Nullable ReplicatedLedger ledger;
    private long ledgerTerm = NO_TERM;
    private List<Listener> told = List.of();

    /**
     * @param takeover go on under the newest plan as it is; otherwise the first leader takes the configuration's stop conditions
     */
    ReplicatedCoordinator(
            RunDirectory directory,
            RunConfig config,
            Split data,
            int id,
            boolean takeover,
            String software,
            Function<Path, List<Listener>> listeners,
            ReplicationEngine engine) {
        this.directory = directory;
        this.config = config;
        this.data = data;
        this.software = software;
        this.listeners = listeners;
        this.takeover = takeover;
        this.places = new CoordinatorPlaces(directory, config.coordinators().count());
        this.place = places.claim(id);
        this.entriesAtStart =
                LedgerReader.scan(place.ledger(), new RealDisk(), at -> {}).count();
        this.replication = engine.open(place, places::address);
        this.parameters = Announcement.parameterCount(config, data);
        this.shadow = new Shadow(() -> Inherited.read(place.ledger(), config, data));
        Token token = Endpoint.readToken(directory.path().resolve("token"));
        this.switchboard = new Switchboard(
                config,
                places,
                id,
                token,
                Protection.ofCoordinator(config, directory.path()),
                replication,
                this::status);
    }

    /** Takes part until the run ends; empty if it had ended before. */
    Optional<Training.Result> run() throws InterruptedException {
        shadow.follow();
        replication.start(switchboard.hub(), this);
        while (true) {
            News next = news.take();
            if (next instanceof News.Failed failed) throw failed.error();
            if (next instanceof News.Deposed) follow();
            if (next instanceof News.Leading leading && !takeOver(leading)) return Optional.empty();
            if (next instanceof News.Ended ended && ended.of() == host) {
                CoordinatorHost done = ended.of();
                if (!done.lostItsLedger()) return Optional.of(done.result(directory));
                standAgain();
            }
        }
    }

    /** @return false if there is nothing left to lead */
    private boolean takeOver(News.Leading leading) {
        stepDown();
        if (leadingTerm != leading.term()) return true; // deposed meanwhile
        ReplicatedLedger own = new ReplicatedLedger(replication.log(), leading.term(), leading.head());
        ledger = own;
        ledgerTerm = leading.term();
        try {
            return lead(leading, own);
        } catch (RubatoException e) {
            if (leadingTerm == leading.term() && !own.failed()) throw e;
            standAgain(); // its ledger failed before it had taken over
            return true;
        }
    }

    private boolean lead(News.Leading leading, ReplicatedLedger own) {
        Inherited past = shadow.upTo(leading.head().count()).orElseGet(() -> read(leading.head()));
        boolean goOn = takeover || leading.head().count() > entriesAtStart;
        if (past.finished() && goOn) return false;
        Start start = Start.replicated(directory, config, data, software, past, own, goOn);
        host = host(start);
        return true;
    }

    private Inherited read(LedgerHead head) {
        LedgerImage image = replication.log().read();
        if (image.scan().count() != head.count())
            throw RubatoException.failed("the ledger ended at " + head + " when coordinator " + place.self()
                    + " began to lead, now it has " + image.scan().count() + " entries");
        return Inherited.of(image, config, data);
    }

    private CoordinatorHost host(Start start) {
        SummaryKeeper keeper =
                new SummaryKeeper(config.workers().count(), config.batch().initial());
        Event announced = Announcement.of(directory, config, data, parameters);
        told = listeners.apply(directory.path());
        keeper.begin(directory, config, start, announced, told, clock);
        CoordinatorHost made = new CoordinatorHost(
                config,
                data,
                start,
                keeper,
                clock,
                software,
                n -> {},
                switchboard,
                () -> places.status(OptionalInt.of(place.self())));
        made.service().ended().whenComplete((end, error) -> news.add(new News.Ended(made)));
        return made;
    }

    private void follow() {
        shadow.follow();
        stepDown();
    }

    /** Its ledger failed: if nobody has been elected since, nobody would ever be. */
    private void standAgain() {
        long failed = ledgerTerm;
        follow();
        replication.log().leadAnew(failed);
    }

    private void stepDown() {
        ReplicatedLedger deposed = ledger;
        if (deposed != null) deposed.depose("another coordinator leads, or there is no quorum");
        CoordinatorHost abandoned = host;
        ledger = null;
        host = null;
        if (abandoned != null) abandoned.close();
        told.forEach(ReplicatedCoordinator::end);
        told = List.of();
    }

    /** What the next leader writes is not to be followed by what this one had still to write. */
    private static void end(Listener listener) {
        if (!(listener instanceof AutoCloseable open)) return;
        try {
            open.close();
        } catch (Exception e) {
            throw RubatoException.failed("cannot close the event log: " + e.getMessage(), e);
        }
    }

    /** As one who does not lead sees it. */
    private RunStatus status() {
        String unfinished = leader.isPresent() ? "training" : "no-quorum";
        RunStatus recorded = shadow.status()
                .map(known -> known.state().equals("finished") ? known : known.in(unfinished))
                .orElseGet(() -> Operator.recorded(place.ledger(), unfinished));
        return recorded.with(places.status(leader));
    }

    @Override
    public void leading(long term, LedgerHead head) {
        leader = OptionalInt.of(place.self());
        leadingTerm = term;
        news.add(new News.Leading(term, head));
    }

    @Override
    public void following(OptionalInt now) {
        leader = now;
        leadingTerm = NO_TERM;
        news.add(new News.Deposed());
    }

    @Override
    public void committed(long first, List<byte[]> entries) {
        shadow.committed(first, entries);
    }

    @Override
    public void failed(RubatoException error) {
        leader = OptionalInt.empty();
        leadingTerm = NO_TERM;
        news.add(new News.Failed(error));
    }

    @Override
    public void close() {
        stepDown();
        switchboard.end();
        replication.close();
        shadow.close();
    }
}
