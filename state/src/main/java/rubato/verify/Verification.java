package rubato.verify;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/**
 * What the files of a run prove.
 *
 * @param violations what is wrong and where, one line each; empty if {@code ok}
 * @param steps committed steps of the surviving lineage
 * @param generations generations activated over the whole run
 * @param rollbacks times history was given up
 */
public record Verification(
        boolean ok, List<String> violations, List<EpochAccount> epochs, long steps, int generations, int rollbacks) {
    public Verification {
        violations = List.copyOf(violations);
        epochs = List.copyOf(epochs);
    }

    /** The same as one JSON object with the keys of the command line's contract. */
    public String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("ok", ok);
        JsonArray lines = new JsonArray();
        violations.forEach(lines::add);
        json.add("violations", lines);
        JsonArray accounts = new JsonArray();
        epochs.forEach(account -> accounts.add(json(account)));
        json.add("epochs", accounts);
        json.addProperty("steps", steps);
        json.addProperty("generations", generations);
        json.addProperty("rollbacks", rollbacks);
        return json.toString();
    }

    private static JsonObject json(EpochAccount account) {
        JsonObject json = new JsonObject();
        json.addProperty("epoch", account.epoch());
        json.addProperty("samples", account.samples());
        json.addProperty("complete", account.complete());
        json.addProperty("exactly_once", account.exactlyOnce());
        return json;
    }
}
