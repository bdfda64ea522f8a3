package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import rubato.net.NioHub;
import rubato.net.Token;
import rubato.protocol.Activity;
import rubato.protocol.ToCoordinator;
import rubato.world.Generation;

@Timeout(60)
class ControlLinkTest {
    private static final ToCoordinator.Beat BEAT = new ToCoordinator.Beat(Generation.NONE, 0, Activity.IDLE, 0);
    private static final int SILENT_BEATS = 75;

    private final class Owner implements ControlLink.Owner {
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public void reconnected() {
            told.add("reconnected");
        }

        @Override
        public void gaveUp(String reason) {
            told.add("gave up: " + reason);
        }
    }

    private final Token token = Token.random();
    private final SilentHandler mute = new SilentHandler();
    private final NioHub coordinator = NioHub.open(token, mute);
    private final NioHub worker = NioHub.open(token, new SilentHandler());
    private final Owner owner = new Owner();
    private final Endpoint endpoint = new Endpoint("127.0.0.1", coordinator.listen("127.0.0.1", 0), token);
    private final ControlLink link = new ControlLink(
            worker, () -> endpoint, () -> false, () -> Duration.ofMillis(300), new SystemClock(), owner);

    @AfterEach
    void close() {
        link.close();
        worker.close();
        coordinator.close();
    }

    private void beats(int count) {
        for (int i = 0; i < count; i++) link.beat(BEAT);
    }

    @Test
    void a_coordinator_that_leaves_every_beat_unanswered_is_left_and_looked_for_anew() throws Exception {
        link.open();
        assertThat(mute.callers.poll(10, TimeUnit.SECONDS)).isNotNull();
        beats(SILENT_BEATS + 1);
        assertThat(owner.told.poll(10, TimeUnit.SECONDS)).isEqualTo("reconnected");
        assertThat(mute.callers.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(mute.ends.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void where_none_is_to_be_found_the_worker_is_told_of_it() throws Exception {
        link.open();
        assertThat(mute.callers.poll(10, TimeUnit.SECONDS)).isNotNull();
        coordinator.close();
        beats(SILENT_BEATS + 1);
        assertThat(owner.told.poll(10, TimeUnit.SECONDS)).startsWith("gave up: no coordinator for 0 s: ");
    }

    @Test
    void a_coordinator_that_answers_now_and_then_is_kept() throws Exception {
        link.open();
        assertThat(mute.callers.poll(10, TimeUnit.SECONDS)).isNotNull();
        for (int round = 0; round < 3; round++) {
            beats(SILENT_BEATS);
            link.heard();
        }
        assertThat(mute.ends).isEmpty();
        beats(SILENT_BEATS + 1);
        assertThat(owner.told.poll(10, TimeUnit.SECONDS)).isEqualTo("reconnected");
    }
}
