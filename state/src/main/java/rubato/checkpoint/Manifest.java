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
 * What a checkpoint consists of: the state it holds and the files it stands for, each as the digests of its blocks. Written last,
 * as {@code manifest.json}.
 *
 * @param notes what whoever wrote it wanted to be found there, e.g. how to build the model again
 */
public record Manifest(StateName name, List<Blocks> files, int blockBytes, Map<String, String> notes) {
    public static final String FILE = "manifest.json";
    static final int VERSION = 2;
    private static final int MAX_BLOCK = 64 << 20;
    private static final String FORMAT = "rubato-checkpoint";

    public Manifest {
        files = List.copyOf(files);
        notes = Map.copyOf(notes);
    }

    /**
     * A file of a checkpoint.
     *
     * @param blocks SHA-256 of each block, which is its file name too; all but the last are of full size
     */
    public record Blocks(String name, long bytes, List<String> blocks) {
        public Blocks {
            blocks = List.copyOf(blocks);
        }
    }

    /** Root of the hash tree over all blocks, in order. */
    public String root() {
        return Merkle.root(
                files.stream().flatMap(file -> file.blocks().stream()).toList());
    }

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
        json.addProperty("root", root());
        json.addProperty("block_bytes", blockBytes);
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
        for (Blocks file : files) {
            JsonObject json = new JsonObject();
            json.addProperty("name", file.name());
            json.addProperty("bytes", file.bytes());
            JsonArray blocks = new JsonArray();
            file.blocks().forEach(blocks::add);
            json.add("blocks", blocks);
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
            int blockBytes = need(json, "block_bytes").getAsInt();
            if (blockBytes < 4 || blockBytes > MAX_BLOCK)
                throw new BadManifest("has blocks of " + blockBytes + " bytes");
            Manifest manifest =
                    new Manifest(name, files(need(json, "files").getAsJsonArray(), blockBytes), blockBytes, notes);
            if (!manifest.root().equals(need(json, "root").getAsString()))
                throw new BadManifest("names a root that is not that of its blocks");
            return manifest;
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

    private static List<Blocks> files(JsonArray array, int blockBytes) throws BadManifest {
        List<Blocks> files = new ArrayList<>();
        for (JsonElement element : array) {
            JsonObject json = element.getAsJsonObject();
            String name = need(json, "name").getAsString();
            if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"))
                throw new BadManifest("names a file '" + name + "'");
            List<String> blocks = new ArrayList<>();
            for (JsonElement block : need(json, "blocks").getAsJsonArray()) blocks.add(digest(block.getAsString()));
            long bytes = need(json, "bytes").getAsLong();
            if (bytes < 0 || (bytes + blockBytes - 1) / blockBytes != blocks.size())
                throw new BadManifest("gives " + name + " of " + bytes + " bytes " + blocks.size() + " blocks");
            files.add(new Blocks(name, bytes, blocks));
        }
        return files;
    }

    private static String digest(String text) throws BadManifest {
        if (!text.matches("[0-9a-f]{64}")) throw new BadManifest("names a block '" + text + "'");
        return text;
    }

    private static JsonElement need(JsonObject json, String key) throws BadManifest {
        JsonElement value = json.get(key);
        if (value == null) throw new BadManifest("lacks '" + key + "'");
        return value;
    }
}
