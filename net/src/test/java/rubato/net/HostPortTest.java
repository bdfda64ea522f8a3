package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.error.RubatoException;

class HostPortTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:80", "coordinator.example:7000", "[fd00::1]:7000", "[fe80::1%eth0]:7000"})
    void an_address_is_shown_as_it_is_read(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"[fd00::1]:7000, fd00::1", "[fe80::1%eth0]:7000, fe80::1%eth0", "10.0.0.1:7000, 10.0.0.1"})
    void brackets_are_not_of_the_host(String text, String host) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, 7000));
    }

    @Test
    void an_ipv6_address_without_brackets_is_refused_with_what_to_write() {
        assertThatThrownBy(() -> HostPort.parse("fd00::1:7000"))
                .isInstanceOfSatisfying(
                        RubatoException.class,
                        e -> assertThat(e.remedy().orElse("")).contains("[fd00::1]:7000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7000",
                ":7000",
                "host:",
                "host:x",
                "[]:7000",
                "[fd00::1]",
                "[fd00::1]7000",
                "host:0",
                "host:65536"
            })
    void what_is_no_address_is_refused(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(RubatoException.class);
    }

    @Test
    void a_link_local_address_is_announced_without_the_scope_of_this_machine() {
        InetSocketAddress own = new InetSocketAddress(Machine.address("fe80::1%3"), 7000);
        assertThat(HostPort.announced(own)).isEqualTo("[fe80:0:0:0:0:0:0:1]:7000");
        assertThat(HostPort.of(own)).hasToString("[fe80:0:0:0:0:0:0:1%3]:7000");
    }

    @Test
    void a_peer_on_the_link_is_looked_for_on_the_interface_connected_from() throws IOException {
        InetSocketAddress there = new InetSocketAddress(Machine.address("fe80::9"), 7000);
        Route route = new Route(Machine.address("fe80::1%3"), null);
        assertThat(route.scoped(there)).isEqualTo(new InetSocketAddress(Machine.address("fe80::9%3"), 7000));
        assertThat(route.source(there)).isEqualTo(Machine.address("fe80::1%3"));
    }

    @Test
    void a_link_local_address_without_an_interface_leads_nowhere() {
        InetSocketAddress there = new InetSocketAddress(Machine.address("fe80::9"), 7000);
        assertThatThrownBy(() -> Route.DIRECT.scoped(there)).hasMessageContaining("[ADDRESS%INTERFACE]:PORT");
    }

    @Test
    void an_address_of_the_link_is_not_where_others_are_reached_from() throws IOException {
        InetSocketAddress there = new InetSocketAddress(Machine.address("10.0.0.1"), 7000);
        Route route = new Route(Machine.address("fe80::1%3"), null);
        assertThat(route.scoped(there)).isEqualTo(there);
        assertThat(route.source(there)).isNull();
    }
}
