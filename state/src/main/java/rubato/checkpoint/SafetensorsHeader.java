package rubato.checkpoint;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import rubato.checkpoint.Safetensors.BadTensors;
import rubato.checkpoint.Safetensors.Header;
import rubato.checkpoint.Safetensors.Slot;

/** The JSON header of a safetensors file, written and strictly read: no key twice, no byte unowned or owned twice, no overflow. */
final class SafetensorsHeader {
    private static final int ALIGNMENT = 8;

    private SafetensorsHeader() {}

    /** Length prefix and JSON, padded with spaces so that the tensors begin aligned. */
    static ByteBuffer encode(List<Checkpoint.Tensor> tensors, Map<String, String> metadata) {
        byte[] json = json(tensors, metadata).getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer out = ByteBuffer.allocate(8 + padded).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        out.putLong(padded).put(json);
        while (out.hasRemaining()) out.put((byte) ' ');
        return out.flip();
    }

    private static String json(List<Checkpoint.Tensor> tensors, Map<String, String> metadata) {
        StringWriter text = new StringWriter();
        try (JsonWriter out = new JsonWriter(text)) {
            out.beginObject().name(Safetensors.METADATA).beginObject();
            for (Map.Entry<String, String> note : metadata.entrySet())
                out.name(note.getKey()).value(note.getValue());
            out.endObject();
            long at = 0;
            for (Checkpoint.Tensor tensor : tensors) {
                long end = at + (long) tensor.length() * Float.BYTES;
                out.name(tensor.name())
                        .beginObject()
                        .name("dtype")
                        .value("F32")
                        .name("shape")
                        .beginArray();
                for (int size : tensor.shape()) out.value(size);
                out.endArray()
                        .name("data_offsets")
                        .beginArray()
                        .value(at)
                        .value(end)
                        .endArray()
                        .endObject();
                at = end;
            }
            out.endObject();
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail", e);
        }
        return text.toString();
    }

    /**
     * Reads a header.
     *
     * @param dataBytes bytes of the file behind it, all of which the tensors must own
     */
    static Header decode(ByteBuffer json, long dataBytes) throws BadTensors {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(json).toString();
            if (!text.startsWith("{")) throw new BadTensors("header does not begin with '{'");
            JsonReader in = new JsonReader(new StringReader(text.stripTrailing()));
            in.setStrictness(Strictness.STRICT);
            Header header = header(in, dataBytes);
            if (in.peek() != JsonToken.END_DOCUMENT) throw new BadTensors("header goes on after its end");
            return header;
        } catch (CharacterCodingException e) {
            throw new BadTensors("header is not UTF-8");
        } catch (MalformedJsonException | IllegalStateException | JsonParseException e) {
            throw new BadTensors("header is not the JSON expected");
        } catch (IOException e) {
            throw new BadTensors("header is cut short");
        }
    }

    private static Header header(JsonReader in, long dataBytes) throws IOException, BadTensors {
        List<Slot> slots = new ArrayList<>();
        Map<String, String> metadata = Map.of();
        Set<String> seen = new HashSet<>();
        in.beginObject();
        while (in.hasNext()) {
            String name = in.nextName();
            if (!seen.add(name)) throw new BadTensors("tensor '" + name + "' is there twice");
            if (name.equals(Safetensors.METADATA)) metadata = metadata(in);
            else slots.add(slot(name, in));
        }
        in.endObject();
        slots.sort(Comparator.comparingLong(Slot::begin).thenComparingLong(Slot::end));
        requireCover(slots, dataBytes);
        return new Header(slots, metadata);
    }

    private static Map<String, String> metadata(JsonReader in) throws IOException, BadTensors {
        Map<String, String> metadata = new HashMap<>();
        in.beginObject();
        while (in.hasNext()) {
            String key = in.nextName();
            if (in.peek() != JsonToken.STRING) throw new BadTensors("metadata '" + key + "' is not a string");
            if (metadata.put(key, in.nextString()) != null)
                throw new BadTensors("metadata '" + key + "' is there twice");
        }
        in.endObject();
        return metadata;
    }

    private static Slot slot(String name, JsonReader in) throws IOException, BadTensors {
        Map<String, List<Long>> numbers = new LinkedHashMap<>();
        String dtype = null;
        in.beginObject();
        while (in.hasNext()) {
            String key = in.nextName();
            boolean known = key.equals("shape") || key.equals("data_offsets");
            if (key.equals("dtype") && dtype == null) dtype = in.nextString();
            else if (known && !numbers.containsKey(key)) numbers.put(key, longs(name, in));
            else throw new BadTensors("tensor '" + name + "' has key '" + key + "' twice or unknown");
        }
        in.endObject();
        if (!"F32".equals(dtype)) throw new BadTensors("tensor '" + name + "' has dtype " + dtype + ", known is F32");
        return slot(name, numbers.get("shape"), numbers.get("data_offsets"));
    }

    private static Slot slot(String name, @Nullable List<Long> shape, @Nullable List<Long> range) throws BadTensors {
        if (shape == null || range == null || range.size() != 2)
            throw new BadTensors("tensor '" + name + "' lacks shape or data_offsets");
        long begin = range.get(0);
        long end = range.get(1);
        long bytes = Float.BYTES;
        try {
            for (long size : shape) bytes = Math.multiplyExact(bytes, Math.toIntExact(size));
            Math.toIntExact(bytes / Float.BYTES);
        } catch (ArithmeticException e) {
            throw new BadTensors("tensor '" + name + "' has a shape too large: " + shape);
        }
        if (begin > end || end - begin != bytes)
            throw new BadTensors(
                    "tensor '" + name + "' of " + bytes + " bytes has data_offsets " + begin + " to " + end);
        return new Slot(name, shape.stream().map(Long::intValue).toList(), begin, end);
    }

    private static List<Long> longs(String name, JsonReader in) throws IOException, BadTensors {
        List<Long> values = new ArrayList<>();
        in.beginArray();
        while (in.hasNext()) {
            if (in.peek() != JsonToken.NUMBER)
                throw new BadTensors("tensor '" + name + "' has a size that is no number");
            String digits = in.nextString();
            if (!digits.matches("\\d{1,18}")) throw new BadTensors("tensor '" + name + "' has size " + digits);
            values.add(Long.parseLong(digits));
        }
        in.endArray();
        return values;
    }

    private static void requireCover(List<Slot> slots, long dataBytes) throws BadTensors {
        long at = 0;
        for (Slot slot : slots) {
            if (slot.begin() < at) throw new BadTensors("tensor '" + slot.name() + "' overlaps the one before it");
            if (slot.begin() > at)
                throw new BadTensors("hole of " + (slot.begin() - at) + " bytes before tensor '" + slot.name() + "'");
            at = slot.end();
        }
        if (at != dataBytes) throw new BadTensors("tensors own " + at + " bytes, the file has " + dataBytes);
    }
}
