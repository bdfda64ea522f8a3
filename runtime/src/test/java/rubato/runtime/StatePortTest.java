package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.Interfaces;
import rubato.net.Route;
import rubato.net.Token;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;

@Timeout(30)
class StatePortTest {
    private static final String EVERYWHERE = "0.0.0.0";
    private static final StateName NAME = new StateName(0, Generation.NONE, 7, 0x5eedL);

    private final Token token = Token.random();

    private StatePort port(Token known, Exposure exposure) {
        Replica.Frozen copy = new Replica.Frozen(NAME, new byte[] {1, 2}, List.of(new float[] {1, 2, 3}));
        return new StatePort(
                known,
                exposure,
                EVERYWHERE,
                (asked, answer) -> answer.accept(new StatePort.Answer(List.of(copy), "")),
                new Kept(),
                new SystemClock());
    }

    private Replica.Frozen fetch(StatePort from, String host, float[] into) {
        Member donor = new Member(new WorkerId("donor", 1), host, from.port(), from.port());
        try (StateFetch fetch = new StateFetch(token, Exposure.INSECURE, Route.DIRECT, List.of(into))) {
            return fetch.named(NAME, List.of(donor), () -> false);
        }
    }

    @Test
    void a_state_is_not_offered_beyond_this_machine_without_encryption() {
        assertThatThrownBy(() -> port(token, Exposure.LOOPBACK))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("will not listen on 0.0.0.0")
                .hasMessageContaining("not encrypted")
                .matches(e -> ((RubatoException) e).remedy().orElse("").contains("net.insecure = true"));
    }

    @Test
    void where_the_run_is_insecure_by_its_own_word_a_peer_takes_the_state_over_whole() {
        try (StatePort open = port(token, Exposure.INSECURE)) {
            float[] into = new float[3];
            Replica.Frozen taken = fetch(open, outside(), into);
            assertThat(taken.name()).isEqualTo(NAME);
            assertThat(taken.scalars()).containsExactly(1, 2);
            assertThat(into).containsExactly(1, 2, 3);
        }
    }

    @Test
    void even_there_nothing_is_given_to_who_does_not_know_the_token() {
        try (StatePort open = port(Token.random(), Exposure.INSECURE)) {
            float[] into = new float[3];
            assertThatThrownBy(() -> fetch(open, outside(), into))
                    .isInstanceOf(RubatoException.class)
                    .hasMessageContaining("wrong token");
            assertThat(into).containsOnly(0);
        }
    }

    /** An address of this machine that others may reach it by; this machine's own where it has no other. */
    private static String outside() {
        return Interfaces.ofThisMachine().up().stream()
                .flatMap(each -> each.addresses().stream())
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse("127.0.0.1");
    }
}
