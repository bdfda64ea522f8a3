package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;
import rubato.log.ReplicationEngine;
import rubato.net.Token;
import rubato.protocol.RunStatus;

class CoordinatorPlacesTest {
    @TempDir
    private Path run;

    private CoordinatorPlaces places = new CoordinatorPlaces(new RunDirectory(Path.of("")), 3);

    @BeforeEach
    void here() {
        places = new CoordinatorPlaces(new RunDirectory(run), 3);
    }

    private static Endpoint at(int port) {
        return new Endpoint("127.0.0.1", port, Token.random());
    }

    @Test
    void the_run_names_the_leader_and_its_ledger() throws IOException {
        for (int id = 0; id < 3; id++) Files.createDirectories(places.claim(id).ledger());
        places.lead(2, at(4002));
        places.lead(1, at(4001));
        assertThat(Endpoint.address(run)).isEqualTo("127.0.0.1:4001");
        assertThat(run.resolve("ledger").toRealPath())
                .isEqualTo(run.resolve("coordinators/1/ledger").toRealPath());
    }

    @Test
    void a_coordinator_that_listens_is_found_by_the_others() {
        places.claim(1);
        assertThat(places.address(1)).isEmpty();
        places.register(1, at(4001));
        assertThat(places.address(1)).contains(new ReplicationEngine.Address("127.0.0.1", 4001));
    }

    @Test
    void only_living_coordinators_are_listed_and_without_a_leader_all_are_candidates() throws IOException {
        for (int id = 0; id < 3; id++) {
            places.claim(id);
            places.register(id, at(4000 + id));
        }
        Files.writeString(run.resolve("coordinators/2/pid"), "999999999\n");
        assertThat(places.status(OptionalInt.of(1)))
                .extracting(RunStatus.CoordinatorStatus::role)
                .containsExactly("follower", "leader");
        assertThat(places.status(OptionalInt.empty()))
                .extracting(RunStatus.CoordinatorStatus::role)
                .containsOnly("candidate");
    }

    @Test
    void an_id_beyond_the_count_is_refused() {
        assertThatThrownBy(() -> places.claim(3))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("no coordinator 3: coordinators.count = 3");
    }

    @Test
    void a_run_begun_with_one_coordinator_stays_with_one() throws IOException {
        Files.createDirectories(run.resolve("ledger"));
        assertThatThrownBy(() -> places.claim(0))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("was begun with one coordinator");
    }
}
