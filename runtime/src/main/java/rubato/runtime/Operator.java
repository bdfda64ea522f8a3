package rubato.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.protocol.Accounts;
import rubato.protocol.RunStatus;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;

/** What an operator asks of a run, by its directory. */
public final class Operator {
    private static final Duration DIAL = Duration.ofSeconds(3);
    private static final long ANSWER_MILLIS = 5000;

    private final RunDirectory directory;

    public Operator(Path run) {
        this.directory = RunDirectory.existing(run, "ledger", "coordinators");
    }

    /** How the run is: as its coordinator says, or else as its ledger does. */
    public RunStatus status() {
        for (Path named : coordinators()) {
            Optional<RunStatus> told = statusFrom(named);
            if (told.isPresent()) return told.get();
        }
        return recorded(directory.ledger(), "failed");
    }

    /** Nothing from one that does not answer: the next one may know. */
    private Optional<RunStatus> statusFrom(Path named) {
        try {
            ToWorker answer = ask(new ToCoordinator.AskStatus(), named);
            return answer instanceof ToWorker.Status told ? Optional.of(told.status()) : Optional.empty();
        } catch (RubatoException e) {
            return Optional.empty();
        }
    }

    /** Directories that name a coordinator's address, the leader's first. */
    private List<Path> coordinators() {
        List<Path> named = new ArrayList<>(List.of(directory.path()));
        Path all = directory.path().resolve("coordinators");
        for (int id = 0; Files.exists(all.resolve(Integer.toString(id))); id++)
            named.add(all.resolve(Integer.toString(id)));
        return named;
    }

    /** @return what the coordinator says */
    public String leave(String worker) {
        return told(new ToCoordinator.AskLeave(worker));
    }

    public String scale(int workers) {
        return told(new ToCoordinator.AskScale(workers));
    }

    public String stop() {
        return told(new ToCoordinator.AskStop());
    }

    private String told(ToCoordinator request) {
        if (!(ask(request, directory.path()) instanceof ToWorker.Answer answer))
            throw RubatoException.failed("the coordinator of " + directory.path() + " answered something else");
        if (!answer.ok()) throw RubatoException.usage(answer.text());
        return answer.text();
    }

    private ToWorker ask(ToCoordinator request, Path named) {
        Endpoint endpoint = Endpoint.at(
                        Endpoint.address(named),
                        Endpoint.readToken(directory.path().resolve("token")))
                .with(Protection.ofMember(directory.path().resolve("tls")));
        BlockingQueue<ToWorker> answers = new LinkedBlockingQueue<>();
        try (NioHub hub = NioHub.open(endpoint.token(), new Answers(answers), endpoint.exposure())) {
            Hub.Connection connection = hub.dial(endpoint.host(), endpoint.port(), DIAL);
            connection.send(Wire.encode(request));
            ToWorker answer = answers.poll(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
            connection.close("done");
            if (answer != null) return answer;
            throw RubatoException.failed(
                    "the coordinator at " + endpoint + " did not answer within " + ANSWER_MILLIS / 1000 + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RubatoException.failed("interrupted");
        }
    }

    private record Answers(BlockingQueue<ToWorker> into) implements Hub.Handler {
        @Override
        public void opened(Hub.Connection connection, boolean dialed) {}

        @Override
        public void received(Hub.Connection connection, byte[] message) {
            into.add(Wire.toWorker(message));
        }

        @Override
        public void closed(Hub.Connection connection, String reason) {}
    }

    /** What a ledger says of the run: finished, or else as given. */
    static RunStatus recorded(Path ledger, String unfinished) {
        List<Entry> history = LedgerReader.read(ledger, new RealDisk()).entries().stream()
                .map(Positioned::entry)
                .toList();
        boolean finished = !history.isEmpty() && history.get(history.size() - 1) instanceof Entry.Finished;
        if (history.isEmpty() || !(history.get(0) instanceof Entry.Begin begin))
            return new RunStatus(unfinished, 0, 0, 0, 0, "0.0", List.of(), List.of());
        Plan any = Plan.initial(1, Shares.equal(1), Stop.NEVER);
        Accounts accounts = new Accounts(begin.data(), any, 1);
        history.forEach(accounts::add);
        return recorded(accounts, finished ? "finished" : unfinished);
    }

    static RunStatus recorded(Accounts accounts, String state) {
        return new RunStatus(
                state,
                accounts.committed().step(),
                accounts.committed().step(),
                accounts.cursor().epoch(),
                accounts.generations(),
                accounts.committed().generation().toString(),
                List.of(),
                List.of());
    }
}
