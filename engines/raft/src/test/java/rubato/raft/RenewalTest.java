package rubato.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RenewalTest {
    private static final long SECOND = 1_000_000_000L;

    /** Time that passes when the test says so. */
    private static final class Timeline implements EventQueue {
        private record Due(long at, Runnable task) {}

        private final PriorityQueue<Due> due = new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
        private long now;

        @Override
        public void execute(Runnable task) {
            schedule(task, 0);
        }

        @Override
        public void schedule(Runnable task, long nanos) {
            due.add(new Due(now + nanos, task));
        }

        @Override
        public long nanos() {
            return now;
        }

        void pass(long nanos) {
            long end = now + nanos;
            while (!due.isEmpty() && due.peek().at() <= end) {
                Due next = due.remove();
                now = next.at();
                next.task().run();
            }
            now = end;
        }
    }

    private static final class Asked implements Renewal.Replica {
        private final List<CompletableFuture<Object>> leads = new ArrayList<>();
        private int reopened;

        @Override
        public CompletionStage<?> lead() {
            CompletableFuture<Object> lead = new CompletableFuture<>();
            leads.add(lead);
            return lead;
        }

        @Override
        public void reopen() {
            reopened++;
        }
    }

    private final Timeline time = new Timeline();
    private final Asked replica = new Asked();
    private final Renewal renewal = new Renewal(time, replica);

    @Test
    void what_the_log_cannot_take_now_is_tried_again() {
        renewal.begin();
        replica.leads.get(0).completeExceptionally(new IllegalStateException("too much on its way"));
        time.pass(SECOND);
        assertThat(replica.leads).hasSize(2);
        replica.leads.get(1).complete("in the log");
        renewal.settled();
        time.pass(60 * SECOND);
        assertThat(replica.leads).hasSize(2);
        assertThat(replica.reopened).isZero();
    }

    @Test
    void who_does_not_lead_in_time_begins_again() {
        renewal.begin();
        time.pass(Renewal.PATIENCE_NANOS - 1);
        assertThat(replica.reopened).isZero();
        time.pass(1);
        assertThat(replica.reopened).isOne();
    }

    @Test
    void a_second_time_at_once_it_does_not_try_but_begins_again() {
        renewal.begin();
        renewal.settled();
        renewal.begin();
        assertThat(replica.leads).hasSize(1);
        assertThat(replica.reopened).isOne();
    }

    @Test
    void a_second_time_much_later_it_tries_again() {
        renewal.begin();
        renewal.settled();
        time.pass(Renewal.PATIENCE_NANOS);
        renewal.begin();
        assertThat(replica.leads).hasSize(2);
        assertThat(replica.reopened).isZero();
    }
}
