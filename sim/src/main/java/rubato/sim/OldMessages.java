package rubato.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.protocol.ToWorker;

/** Messages of some generation that a worker has had, to come again long after their time. */
final class OldMessages {
    private static final int REMEMBERED = 30;

    private final List<ToWorker> heard = new ArrayList<>();

    void remember(ToWorker message) {
        boolean ofGeneration = message instanceof ToWorker.Install
                || message instanceof ToWorker.Link
                || message instanceof ToWorker.Activated
                || message instanceof ToWorker.Committed
                || message instanceof ToWorker.Planned
                || message instanceof ToWorker.Sealed;
        if (ofGeneration) heard.add(message);
        if (heard.size() > REMEMBERED) heard.remove(0);
    }

    /** One of them, null if there are none. */
    @Nullable
    ToWorker any(int number) {
        return heard.isEmpty() ? null : heard.get(number % heard.size());
    }
}
