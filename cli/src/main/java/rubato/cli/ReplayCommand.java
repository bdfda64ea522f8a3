package rubato.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rubato.policy.Decision;
import rubato.runtime.Replay;

/** {@code rubato replay}: what another policy would have decided on a run's recorded signals. */
@Command(name = "replay", description = "What another batch policy would have decided on the signals a run recorded.")
final class ReplayCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Option(names = "--policy", paramLabel = "POLICY", required = true, description = "fixed, noise-scale or goodput.")
    private String policy = "";

    @Option(names = "--json", description = "Print the decisions as JSON.")
    private boolean json;

    ReplayCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Replay.Pair> pairs = Replay.run(run, RunConfigs.of(run), policy);
        if (json) console.print(json(pairs).toString());
        else text(pairs);
        return 0;
    }

    private static JsonArray json(List<Replay.Pair> pairs) {
        JsonArray all = new JsonArray();
        for (Replay.Pair pair : pairs) {
            JsonObject row = new JsonObject();
            row.addProperty("step", pair.recorded().step());
            row.addProperty("batch", pair.recorded().before().globalBatch());
            row.add("recorded", json(pair.recorded().decision()));
            row.add("replayed", json(pair.other()));
            all.add(row);
        }
        return all;
    }

    private static JsonObject json(Decision decision) {
        JsonObject object = new JsonObject();
        object.addProperty("policy", decision.policy());
        object.addProperty("batch", decision.plan().globalBatch());
        object.addProperty("reason", decision.reason());
        return object;
    }

    private void text(List<Replay.Pair> pairs) {
        int other = 0;
        for (Replay.Pair pair : pairs) {
            int recorded = pair.recorded().decision().plan().globalBatch();
            int replayed = pair.other().plan().globalBatch();
            if (recorded == replayed) continue;
            other++;
            console.print("step " + pair.recorded().step() + ", batch "
                    + pair.recorded().before().globalBatch() + ": recorded " + recorded + ", " + policy + " decides "
                    + replayed + " (" + pair.other().reason() + ")");
        }
        console.print(pairs.size() + " decisions, " + other + " of them otherwise under " + policy);
    }
}
