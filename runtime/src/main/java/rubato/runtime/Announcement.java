package rubato.runtime;

import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.event.Event;
import rubato.model.Model;
import rubato.model.Models;
import rubato.optim.Optimizers;

/** The first event of a run: what is trained on what. */
final class Announcement {
    private Announcement() {}

    static Event of(RunDirectory directory, RunConfig config, Split data, int parameters) {
        return new Event.RunStarted(
                directory.path().getFileName().toString(),
                config.model().kind(),
                data.name(),
                config.workers().count(),
                data.train().size(),
                data.test().size(),
                parameters);
    }

    /** Checks that a built-in model fits the data before anything is written; 0 for models only workers can load. */
    static int parameterCount(RunConfig config, Split data) {
        Optimizers.make(config.optimizerFor(data.train().size()), 1);
        if (isLoadedByWorkersOnly(config)) return 0;
        try (Model model = Setup.model(config, data)) {
            return model.parameterCount();
        }
    }

    private static boolean isLoadedByWorkersOnly(RunConfig config) {
        String kind = config.model().kind();
        if (Models.BUILT_IN.contains(kind)) return false;
        return Models.kinds().contains(kind) || kind.contains(".");
    }
}
