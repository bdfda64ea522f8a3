package rubato.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import rubato.step.StateName;
import rubato.world.Generation;

/**
 * What a checkpoint consists of: the state it holds and its files with their digests. Written last, as {@code manifest.json}.
 *
 * @param notes what whoever wrote it wanted to be found there, e.g. how to build the model again
 */
public record Manifest(StateName name, List<FileDigest> files, Map<String, String> notes) {
    public static final String FILE = "manifest.json";
    static final int VERSION = 1;
    private static final String FORMAT = "rubato-checkpoint";

    public Manifest {
        files = List.copyOf(files);
        notes = Map.copyOf(notes);
    }

    /** A file of a checkpoint, its size and digest. */
    public record FileDigest(String name, long bytes, String sha256) {}

    /** A manifest that cannot be read, and why. */
    static final class BadManifest extends Exception {
        private static final long serialVersionUID = 1L;

        BadManifest(String message) {
            super(message);
        }
    }

    byte[] encode() {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("version", VERSION);
        json.addProperty("step", name.step());
        json.addProperty("lineage", name.lineage());
        json.addProperty("term", name.generation().term());
        json.addProperty("generation", name.generation().number());
        json.addProperty("state_hash", HexFormat.of().toHexDigits(name.hash()));
        json.add("files", filesJson());
        JsonObject notesJson = new JsonObject();
        new TreeMap<>(notes).forEach(notesJson::addProperty);
        json.add("notes", notesJson);
        String text = new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json) + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private JsonArray filesJson() {
        JsonArray array = new JsonArray();
        for (FileDigest file : files) {
            JsonObject json = new JsonObject();
            json.addProperty("name", file.name());
            json.addProperty("bytes", file.bytes());
            json.addProperty("sha256", file.sha256());
            array.add(json);
        }
        return array;
    }

    static Manifest decode(byte[] bytes) throws BadManifest {
        try {
            JsonReader in = new JsonReader(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
            in.setStrictness(Strictness.STRICT);
            JsonObject json = JsonParser.parseReader(in).getAsJsonObject();
            requireVersion(json);
            Generation generation = new Generation(
                    need(json, "term").getAsLong(), need(json, "generation").getAsLong());
            long hash = HexFormat.fromHexDigitsToLong(need(json, "state_hash").getAsString());
            StateName name = new StateName(
                    need(json, "lineage").getAsLong(),
                    generation,
                    need(json, "step").getAsLong(),
                    hash);
            Map<String, String> notes = new TreeMap<>();
            need(json, "notes").getAsJsonObject().asMap().forEach((key, value) -> notes.put(key, value.getAsString()));
            return new Manifest(name, files(need(json, "files").getAsJsonArray()), notes);
        } catch (JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | IllegalArgumentException e) {
            throw new BadManifest("is damaged");
        }
    }

    private static void requireVersion(JsonObject json) throws BadManifest {
        if (!need(json, "format").getAsString().equals(FORMAT)) throw new BadManifest("is no checkpoint manifest");
        int version = need(json, "version").getAsInt();
        if (version != VERSION)
            throw new BadManifest("has format version " + version + ", this build reads version " + VERSION);
    }

    private static List<FileDigest> files(JsonArray array) throws BadManifest {
        List<FileDigest> files = new ArrayList<>();
        for (JsonElement element : array) {
            JsonObject json = element.getAsJsonObject();
            String name = need(json, "name").getAsString();
            if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"))
                throw new BadManifest("names a file '" + name + "'");
            files.add(new FileDigest(
                    name, need(json, "bytes").getAsLong(), need(json, "sha256").getAsString()));
        }
        return files;
    }

    private static JsonElement need(JsonObject json, String key) throws BadManifest {
        JsonElement value = json.get(key);
        if (value == null) throw new BadManifest("lacks '" + key + "'");
        return value;
    }
}
