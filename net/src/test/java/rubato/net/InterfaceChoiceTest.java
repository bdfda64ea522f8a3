package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.error.RubatoException;

class InterfaceChoiceTest {
    private final Machine machine = new Machine()
            .with("lo", "127.0.0.1", "::1")
            .with("docker0", "172.17.0.1")
            .with("eth0", "fe80::5%2", "fd00::5", "10.1.2.3")
            .with("eth1", "192.168.7.4", "fe80::6%3")
            .with("wg0", "fe80::7%4");

    private String chosen(String... rules) {
        return InterfaceChoice.of(List.of(rules)).among(machine).getHostAddress();
    }

    @ParameterizedTest
    @CsvSource({
        "eth0, 10.1.2.3",
        "eth1, 192.168.7.4",
        "10.0.0.0/8, 10.1.2.3",
        "192.168.7.4, 192.168.7.4",
        "fd00::/8, fd00:0:0:0:0:0:0:5",
        "eth*, 10.1.2.3",
        "0.0.0.0/0, 127.0.0.1",
        "172.16.0.0/12, 172.17.0.1",
        "lo, 127.0.0.1"
    })
    void one_rule_chooses_the_first_address_that_fits(String rule, String address) {
        assertThat(chosen(rule)).isEqualTo(address);
    }

    @Test
    void the_first_rule_that_anything_fits_wins_over_the_order_of_interfaces() {
        assertThat(chosen("ib0", "192.168.0.0/16", "eth0")).isEqualTo("192.168.7.4");
    }

    @Test
    void what_is_excluded_is_not_chosen_by_name_or_network() {
        assertThat(chosen("0.0.0.0/0", "!lo", "!docker0")).isEqualTo("10.1.2.3");
        assertThat(chosen("eth*", "!10.0.0.0/8", "!fd00::/8")).isEqualTo("192.168.7.4");
    }

    @Test
    void exclusions_alone_leave_everything_but_loopback() {
        assertThat(chosen("!docker*")).isEqualTo("10.1.2.3");
        assertThat(chosen("!docker0", "!eth0")).isEqualTo("192.168.7.4");
    }

    @Test
    void a_link_local_address_keeps_its_scope_and_comes_last() {
        assertThat(chosen("wg0")).isEqualTo("fe80:0:0:0:0:0:0:7%4");
        assertThat(chosen("fe80::/10", "!eth0")).isEqualTo("fe80:0:0:0:0:0:0:6%3");
    }

    @Test
    void a_prefix_that_ends_within_a_byte_is_compared_bit_by_bit() {
        assertThat(chosen("10.1.2.2/31")).isEqualTo("10.1.2.3");
        assertThatThrownBy(() -> chosen("10.1.2.4/30")).isInstanceOf(RubatoException.class);
    }

    @Test
    void where_nothing_fits_the_error_says_what_was_asked_and_what_there_is() {
        assertThatThrownBy(() -> chosen("ib0", "!docker0"))
                .isInstanceOfSatisfying(
                        RubatoException.class, e -> assertThat(e.kind()).isEqualTo(RubatoException.Kind.USAGE))
                .hasMessage("net.interfaces = [ib0, !docker0] matches no interface that is up; there are lo 127.0.0.1,"
                        + " lo 0:0:0:0:0:0:0:1, docker0 172.17.0.1, eth0 fe80:0:0:0:0:0:0:5%2, eth0 fd00:0:0:0:0:0:0:5,"
                        + " eth0 10.1.2.3, eth1 192.168.7.4, eth1 fe80:0:0:0:0:0:0:6%3, wg0 fe80:0:0:0:0:0:0:7%4");
    }

    @Test
    void exclusions_that_leave_only_loopback_choose_nothing() {
        assertThatThrownBy(() -> chosen("!docker0", "!eth*", "!wg0"))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("matches no interface that is up");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "fd00::/129",
                "10.0.0/8",
                "300.1.2.3",
                "!",
                "",
                "eth0 eth1",
                "a/b",
                "fe80::/x",
                "::1::2"
            })
    void what_is_neither_a_name_nor_a_network_is_no_rule(String text) {
        assertThat(InterfaceChoice.isValid(List.of(text))).isFalse();
    }
}
