package rubato.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;

class InterfacesTest {
    @Test
    void a_coordinator_on_loopback_is_answered_from_there() {
        assertThat(Interfaces.towards("127.0.0.1", List.of()).getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(Interfaces.towards("::1", List.of()).isLoopbackAddress()).isTrue();
    }

    @Test
    void an_exclusion_leaves_the_others_and_a_name_leaves_out_the_others() {
        assertThat(Interfaces.allows(List.of(), "eth0")).isTrue();
        assertThat(Interfaces.allows(List.of("!docker0"), "eth0")).isTrue();
        assertThat(Interfaces.allows(List.of("!docker0"), "docker0")).isFalse();
        assertThat(Interfaces.allows(List.of("eth1"), "eth0")).isFalse();
        assertThat(Interfaces.allows(List.of("eth0", "!eth0"), "eth0")).isFalse();
    }

    @Test
    void an_interface_that_is_not_there_is_refused_with_those_that_are() {
        assertThatThrownBy(() -> Interfaces.towards("192.0.2.1", List.of("nosuch0")))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("no interface 'nosuch0'")
                .satisfies(e -> assertThat(((RubatoException) e).remedy().orElseThrow()).contains("lo"));
    }

    @Test
    void loopback_never_stands_in_for_an_interface_that_leads_to_another_machine() {
        assertThatThrownBy(() -> Interfaces.towards("192.0.2.1", List.of("lo"))).isInstanceOf(RubatoException.class);
    }
}
