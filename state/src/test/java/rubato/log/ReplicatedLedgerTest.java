package rubato.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerHead;
import rubato.ledger.LedgerImage;

class ReplicatedLedgerTest {
    /** A log that answers when the test says so. */
    private static final class SlowLog implements ReplicatedLog {
        private record Asked(LedgerHead previous, List<byte[]> entries, Consumer<Appended> then) {}

        private final List<Asked> asked = new ArrayList<>();

        @Override
        public void start(Observer observer) {}

        @Override
        public void append(
                long term, LedgerHead previous, List<byte[]> entries, boolean finishes, Consumer<Appended> then) {
            asked.add(new Asked(previous, entries, then));
        }

        void commit(int call) {
            Asked done = asked.get(call);
            done.then().accept(new Appended.Committed(after(done.previous(), done.entries(), false)));
        }

        @Override
        public void leadAnew(long term) {}

        @Override
        public LedgerHead after(LedgerHead head, List<byte[]> entries, boolean finishes) {
            return head.after("run", entries, finishes, 1 << 20);
        }

        @Override
        public int self() {
            return 0;
        }

        @Override
        public List<Integer> members() {
            return List.of(0, 1, 2);
        }

        @Override
        public LedgerImage read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private final SlowLog log = new SlowLog();
    private final ReplicatedLedger ledger = new ReplicatedLedger(log, 1, LedgerHead.START);
    private final List<Integer> durable = new ArrayList<>();

    private long append(int value) {
        return ledger.append(List.of(new Entry.Term(value)), () -> durable.add(value));
    }

    @Test
    void calls_that_come_while_earlier_ones_are_on_their_way_are_sent_together() {
        for (int i = 0; i < 100; i++) assertThat(append(i)).isEqualTo(i);
        assertThat(log.asked).hasSize(ReplicatedLedger.MAX_ON_THE_WAY);
        log.commit(0);
        assertThat(log.asked).hasSize(ReplicatedLedger.MAX_ON_THE_WAY + 1);
        assertThat(log.asked.get(4).entries()).hasSize(96);
        for (int call = 1; call < 5; call++) log.commit(call);
        assertThat(durable).hasSize(100).isSorted();
    }

    @Test
    void each_append_names_the_end_the_one_before_leads_to() {
        for (int i = 0; i < 3; i++) append(i);
        LedgerHead head = LedgerHead.START;
        for (SlowLog.Asked asked : log.asked) {
            assertThat(asked.previous()).isEqualTo(head);
            head = log.after(head, asked.entries(), false);
        }
    }

    @Test
    void nothing_is_acknowledged_before_it_is_committed() {
        append(1);
        assertThat(durable).isEmpty();
        log.commit(0);
        assertThat(durable).containsExactly(1);
    }

    @Test
    void a_refused_append_ends_the_ledger_and_nothing_later_is_acknowledged() {
        List<RubatoException> told = new ArrayList<>();
        ledger.onFailure(told::add);
        append(1);
        append(2);
        log.asked.get(0).then().accept(new Appended.Refused("term 1 is over, term 2 has begun"));
        log.commit(1);
        assertThat(durable).isEmpty();
        assertThat(told).singleElement().satisfies(error -> {
            assertThat(error).hasMessageContaining("deposed: term 1 is over");
            assertThat(error.kind().exitCode()).isEqualTo(3);
        });
        assertThatThrownBy(() -> append(3)).isSameAs(told.get(0));
    }

    @Test
    void a_deposed_ledger_takes_nothing_more() {
        append(1);
        ledger.depose("coordinator 2 leads");
        log.commit(0);
        assertThat(durable).isEmpty();
        assertThatThrownBy(() -> append(2)).isInstanceOf(RubatoException.class);
        ledger.close();
    }

    @Test
    void after_finished_only_a_term_may_follow() {
        ledger.append(List.of(new Entry.Finished("done", 0, 0, "x")), () -> {});
        assertThatThrownBy(() -> ledger.append(List.of(new Entry.Rollback(1, 0, "")), () -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThat(append(2)).isEqualTo(1);
    }
}
