package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.NioHub;
import rubato.net.Route;
import rubato.net.Token;
import rubato.world.Member;
import rubato.world.WorkerId;

class StateFetchTest {
    @Test
    @Timeout(10) // it would wait for 20 s
    void a_joiner_does_not_wait_for_silent_donors_once_something_else_is_wanted_of_it() {
        Token token = Token.random();
        SilentHandler mute = new SilentHandler();
        try (NioHub donor = NioHub.open(token, mute, Exposure.LOOPBACK)) {
            int port = donor.listen("127.0.0.1", 0);
            Member member = new Member(new WorkerId("donor", 1), "127.0.0.1", port, port);
            try (StateFetch fetch = new StateFetch(token, Exposure.LOOPBACK, Route.DIRECT, List.of(new float[4]))) {
                assertThatThrownBy(() -> fetch.frozenAfter(7, List.of(member), () -> !mute.messages.isEmpty()))
                        .isInstanceOf(RubatoException.class)
                        .hasMessageContaining("not wanted any more");
            }
        }
    }
}
