package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.Ledger;
import rubato.net.Hub;
import rubato.protocol.ToCoordinator;

@Timeout(60)
class LostLedgerTest {
    /** Takes what begins a run; refuses the rest, as a deposed leader's does, and never says so by itself. */
    private static final class Deposed implements Ledger {
        private boolean begun;

        @Override
        public long append(List<Entry> entries, Runnable durable) {
            if (begun) throw RubatoException.lost("coordinator 0 is deposed");
            begun = true;
            return 0;
        }

        @Override
        public void onFailure(Consumer<RubatoException> listener) {}

        @Override
        public void close() {}
    }

    private static final class Nobody implements Front {
        @Override
        public void open(CoordinatorService service) {}

        @Override
        public void announce() {}

        @Override
        public void close() {}
    }

    private static final class Asker implements Hub.Connection {
        @Override
        public void send(byte[] message) {}

        @Override
        public void close(String reason) {}

        @Override
        public String peer() {
            return "an operator";
        }
    }

    @Test
    void a_coordinator_that_learns_of_its_deposition_by_a_refused_append_has_lost_its_ledger_and_has_not_failed(
            @TempDir Path home) throws Exception {
        try (CoordinatorHost host = host(home)) {
            host.service().received(new Asker(), Wire.encode(new ToCoordinator.AskScale(2)));
            CoordinatorService.End end = host.service().ended().get(30, TimeUnit.SECONDS);
            assertThat(end.stoppedBy()).isEqualTo("ledger");
            assertThat(end.reason()).contains("is deposed");
            assertThat(host.lostItsLedger()).isTrue();
        }
    }

    private static CoordinatorHost host(Path home) throws IOException {
        RunConfig config = new Jobs(home).config("workers.count=1", "workers.max=4");
        Split data = Setup.data(config, home.resolve("data"), line -> {});
        RunDirectory directory = new RunDirectory(home.resolve("run"));
        Inherited nothing = Inherited.read(home.resolve("no-ledger"), config, data);
        Start start = Start.replicated(directory, config, data, "test", nothing, new Deposed(), false);
        return new CoordinatorHost(
                config,
                data,
                start,
                new SummaryKeeper(1, 50),
                new SystemClock(),
                "test",
                workers -> {},
                new Nobody(),
                List::of);
    }
}
