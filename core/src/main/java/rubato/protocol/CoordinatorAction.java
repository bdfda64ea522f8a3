package rubato.protocol;

import java.util.List;
import java.util.function.Consumer;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.world.WorkerId;

/** What the coordinator's state machine asks its driver to do, in order. */
public sealed interface CoordinatorAction {
    /** Append these entries; do {@code then} once they are durable, never before. */
    record Append(List<Entry> entries, List<CoordinatorAction> then) implements CoordinatorAction {
        public Append {
            entries = List.copyOf(entries);
            then = List.copyOf(then);
        }
    }

    /** From now on this is the last committed step that is durable; after a rollback it is an earlier one. */
    record Durable(long step) implements CoordinatorAction {}

    record Send(WorkerId to, ToWorker message) implements CoordinatorAction {}

    /** Tell the listeners. */
    record Tell(Event event) implements CoordinatorAction {}

    /** The run wants so many workers; whoever starts them is to see to it. */
    record Want(int workers) implements CoordinatorAction {}

    /** Answer an operator. */
    record Reply(Consumer<ToWorker.Answer> operator, ToWorker.Answer answer) implements CoordinatorAction {}

    /** The run is over for the coordinator; {@code exitCode} as on the command line. */
    record End(String status, String stoppedBy, int exitCode, String reason) implements CoordinatorAction {}
}
