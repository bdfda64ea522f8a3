package rubato.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import rubato.checkpoint.Safetensors.BadTensors;
import rubato.random.SplitMix;

/** The reader faults known from other implementations, and what any bytes may do to this one. */
class SafetensorsHeaderTest {
    private static Safetensors.Header decode(String json, long dataBytes) throws BadTensors {
        return SafetensorsHeader.decode(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), dataBytes);
    }

    private static String tensor(String name, String shape, String range) {
        return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":" + range + "}";
    }

    private static void assertRefused(String json, long dataBytes, String why) {
        assertThatThrownBy(() -> decode(json, dataBytes))
                .isInstanceOf(BadTensors.class)
                .hasMessageContaining(why);
    }

    private static List<Checkpoint.Tensor> readFile(byte[] bytes) throws IOException, BadTensors {
        return TensorFile.read(ByteSource.of(ByteBuffer.wrap(bytes)));
    }

    private static byte[] file(long headerLength, String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        return out.putLong(headerLength).put(json).array();
    }

    @Test
    void what_is_encoded_is_decoded() throws Exception {
        float[] data = new float[10];
        ByteBuffer bytes = SafetensorsHeader.encode(
                List.of(
                        new Checkpoint.Tensor("a\"\\é", List.of(2, 3), data, 0),
                        new Checkpoint.Tensor("empty", List.of(0), data, 6),
                        new Checkpoint.Tensor("scalar", List.of(), data, 6)),
                Map.of("step", "1"));
        assertThat(bytes.order(ByteOrder.LITTLE_ENDIAN).getLong()).isEqualTo(bytes.remaining());
        assertThat(bytes.limit() % 8).isZero();
        Safetensors.Header header = SafetensorsHeader.decode(bytes, 28);
        assertThat(header.metadata()).isEqualTo(Map.of("step", "1"));
        assertThat(header.tensors()).extracting(Safetensors.Slot::name).containsExactly("a\"\\é", "empty", "scalar");
    }

    @Test
    void a_huge_header_length_is_refused_before_anything_is_allocated() {
        for (long length : new long[] {Long.MAX_VALUE, -1, 1L << 40, Safetensors.MAX_HEADER + 1, 3, 1, 0})
            assertThatThrownBy(() -> readFile(file(length, "{}", 0)))
                    .isInstanceOf(BadTensors.class)
                    .hasMessageContaining("header length " + Long.toUnsignedString(length));
    }

    @Test
    void a_name_there_twice_is_refused() {
        assertRefused("{" + tensor("a", "[1]", "[0,4]") + "," + tensor("a", "[1]", "[4,8]") + "}", 8, "twice");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0, "twice");
        assertRefused("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0, "twice");
    }

    @Test
    void overlapping_ranges_are_refused() {
        assertRefused("{" + tensor("a", "[2]", "[0,8]") + "," + tensor("b", "[2]", "[4,12]") + "}", 12, "overlaps");
    }

    @Test
    void holes_are_refused() {
        assertRefused("{" + tensor("a", "[1]", "[0,4]") + "," + tensor("b", "[1]", "[8,12]") + "}", 12, "hole of 4");
        assertRefused("{" + tensor("a", "[1]", "[4,8]") + "}", 8, "hole of 4");
        assertRefused("{" + tensor("a", "[1]", "[0,4]") + "}", 8, "own 4 bytes, the file has 8");
    }

    @Test
    void a_shape_that_does_not_fit_its_range_is_refused() {
        assertRefused("{" + tensor("a", "[3]", "[0,8]") + "}", 8, "of 12 bytes has data_offsets 0 to 8");
        assertRefused("{" + tensor("a", "[1]", "[8,4]") + "}", 8, "data_offsets 8 to 4");
    }

    @Test
    void an_unknown_dtype_is_refused() {
        assertRefused("{\"a\":{\"dtype\":\"F9\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype F9");
    }

    @Test
    void shapes_that_overflow_are_refused() {
        assertRefused("{" + tensor("a", "[4294967296,4294967296]", "[0,0]") + "}", 0, "too large");
        assertRefused("{" + tensor("a", "[2147483647,2147483647,4]", "[0,4]") + "}", 4, "too large");
        assertRefused("{" + tensor("a", "[99999999999999999999]", "[0,4]") + "}", 4, "size 99999999999999999999");
        assertRefused("{" + tensor("a", "[-1]", "[0,4]") + "}", 4, "size -1");
        assertRefused("{" + tensor("a", "[1.0]", "[0,4]") + "}", 4, "size 1.0");
        assertRefused("{" + tensor("a", "[\"1\"]", "[0,4]") + "}", 4, "no number");
    }

    @Test
    void any_bytes_are_read_or_refused() {
        String sound = "{\"__metadata__\":{\"k\":\"v\"}," + tensor("a", "[1,2]", "[0,8]") + "}";
        for (long seed = 0; seed < 20_000; seed++) {
            SplitMix random = new SplitMix(seed);
            byte[] bytes = sound.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i <= random.nextInt(3); i++)
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try {
                assertThat(SafetensorsHeader.decode(ByteBuffer.wrap(bytes), 8)).isNotNull();
            } catch (BadTensors refused) {
                assertThat(refused.getMessage()).as("seed %d", seed).isNotBlank();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
