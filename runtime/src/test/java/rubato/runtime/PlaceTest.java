package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import rubato.config.RunConfig;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.Interfaces;
import rubato.net.Route;
import rubato.net.Token;
import rubato.world.WorkerId;

class PlaceTest {
    /** Two networks; everything is reached from the first. */
    private static final Interfaces MACHINE = new Interfaces() {
        @Override
        public List<Interface> up() {
            return List.of(
                    new Interface("lo", List.of(address("127.0.0.1"))),
                    new Interface("eth0", List.of(address("10.0.0.7"))),
                    new Interface("ib0", List.of(address("10.9.0.7"), address("fd00::7"))));
        }

        @Override
        public InetAddress towards(String host) {
            return address(host.startsWith("127.") ? "127.0.0.1" : "10.0.0.7");
        }
    };

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    private static RunConfig config(String... set) {
        return RunConfig.load(Optional.of(Path.of("../examples/quickstart.conf")), List.of(set));
    }

    private static Place place(String host, List<String> own, Route route, String coordinator, String... set) {
        WorkerTerms terms = new WorkerTerms(
                () -> new Endpoint(coordinator, 1, Token.random()),
                new WorkerId("w", 1),
                false,
                "test",
                host,
                own,
                route,
                Path.of("."),
                Path.of("."),
                Duration.ofSeconds(1),
                () -> false);
        return Place.ofWorker(terms, terms.endpoint().get(), config(set).net(), MACHINE);
    }

    private static Place place(String coordinator, String... set) {
        return place("", List.of(), Route.DIRECT, coordinator, set);
    }

    @Test
    void without_a_list_a_worker_listens_where_it_reaches_the_coordinator_from() {
        assertThat(place("127.0.0.1").host()).isEqualTo("127.0.0.1");
        assertThat(place("10.0.0.1").host()).isEqualTo("10.0.0.7");
    }

    @Test
    void the_runs_list_chooses_the_interface() {
        assertThat(place("10.0.0.1", "net.interfaces=[ib0]").host()).isEqualTo("10.9.0.7");
        assertThat(place("10.0.0.1", "net.interfaces=[\"fd00::/8\"]").host()).isEqualTo("fd00:0:0:0:0:0:0:7");
        assertThat(place("127.0.0.1", "net.interfaces=[\"!eth0\"]").host()).isEqualTo("10.9.0.7");
    }

    @Test
    void a_workers_own_list_counts_more_and_its_address_most() {
        assertThat(place("", List.of("eth0"), Route.DIRECT, "10.0.0.1", "net.interfaces=[ib0]")
                        .host())
                .isEqualTo("10.0.0.7");
        assertThat(place("10.0.0.8", List.of("eth0"), Route.DIRECT, "10.0.0.1", "net.interfaces=[ib0]")
                        .host())
                .isEqualTo("10.0.0.8");
    }

    @Test
    void a_list_that_fits_nothing_is_an_error_and_never_loopback() {
        assertThatThrownBy(() -> place("10.0.0.1", "net.interfaces=[eth9]"))
                .isInstanceOfSatisfying(
                        RubatoException.class, e -> assertThat(e.kind()).isEqualTo(RubatoException.Kind.USAGE))
                .hasMessage("net.interfaces = [eth9] matches no interface that is up; there are lo 127.0.0.1,"
                        + " eth0 10.0.0.7, ib0 10.9.0.7, ib0 fd00:0:0:0:0:0:0:7");
    }

    @Test
    void a_run_with_local_workers_is_refused_before_it_starts_if_its_list_fits_nothing() {
        assertThatThrownBy(() -> Place.check(config("net.interfaces=[eth9]"), MACHINE))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("matches no interface");
        Place.check(config("net.interfaces=[eth9]", "workers.local=0"), MACHINE);
        Place.check(config("net.interfaces=[eth0]"), MACHINE);
    }

    @Test
    void a_run_that_is_insecure_by_its_own_word_opens_its_workers_too() {
        assertThat(place("10.0.0.1").exposure()).isEqualTo(Exposure.LOOPBACK);
        assertThat(place("10.0.0.1", "net.insecure=true").exposure()).isEqualTo(Exposure.INSECURE);
    }

    @Test
    void a_coordinator_that_listens_everywhere_is_announced_at_the_chosen_interface() {
        assertThat(Place.ofCoordinator(config("coordinator.host=\"0.0.0.0\"", "net.interfaces=[ib0]"), MACHINE))
                .isEqualTo("10.9.0.7");
        assertThat(Place.ofCoordinator(config("net.interfaces=[ib0]"), MACHINE)).isEqualTo("127.0.0.1");
    }
}
