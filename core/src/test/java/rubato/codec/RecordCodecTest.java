package rubato.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.history.Entry;
import rubato.policy.Decision;
import rubato.random.SplitMix;
import rubato.signal.Signals;
import rubato.world.Generation;

class RecordCodecTest {
    private static final RecordCodec<Entry> ENTRIES = RecordCodec.of(Entry.class);

    /** A sealed type within a sealed type, enums, bytes, boxed lists. */
    sealed interface Shape permits Round, Flat {}

    sealed interface Round extends Shape permits Circle {}

    record Circle(double radius, Colour colour) implements Round {}

    record Flat(byte[] bytes, List<List<Integer>> rows) implements Shape {}

    record Nothing() {}

    record Many(List<Nothing> items) {}

    record Chain(List<Chain> next) {}

    enum Colour {
        RED,
        BLUE
    }

    @Test
    void entries_of_every_kind_come_back_equal() {
        for (long seed = 0; seed < 200; seed++) {
            for (Entry entry : new Examples(seed).all()) {
                byte[] bytes = ENTRIES.encode(entry);
                assertThat(ENTRIES.decode(bytes)).as("seed " + seed).isEqualTo(entry);
                assertThat(ENTRIES.encode(ENTRIES.decode(bytes)))
                        .as("seed " + seed)
                        .isEqualTo(bytes);
            }
        }
    }

    @Test
    void signals_and_decisions_come_back_equal() {
        for (long seed = 0; seed < 200; seed++) {
            Examples examples = new Examples(seed);
            Signals signals = examples.signals();
            Decision decision = examples.decision();
            RecordCodec<Signals> seen = RecordCodec.of(Signals.class);
            RecordCodec<Decision> decided = RecordCodec.of(Decision.class);
            assertThat(seen.decode(seen.encode(signals))).as("seed " + seed).isEqualTo(signals);
            assertThat(decided.decode(decided.encode(decision)))
                    .as("seed " + seed)
                    .isEqualTo(decision);
        }
    }

    @Test
    void sealed_types_nest() {
        RecordCodec<Shape> codec = RecordCodec.of(Shape.class);
        Shape circle = new Circle(2, Colour.BLUE);
        assertThat(codec.decode(codec.encode(circle))).isEqualTo(circle);
        Flat flat = (Flat) codec.decode(codec.encode(new Flat(new byte[] {1, 2}, List.of(List.of(7), List.of()))));
        assertThat(flat.bytes()).containsExactly(1, 2);
        assertThat(flat.rows()).containsExactly(List.of(7), List.of());
    }

    @Test
    void the_order_of_a_buffer_does_not_change_what_is_read() {
        Entry entry = new Entry.Term(42);
        ByteBuffer little = ByteBuffer.wrap(ENTRIES.encode(entry)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(ENTRIES.decode(little)).isEqualTo(entry);
        assertThat(little.hasRemaining()).isFalse();
    }

    @Test
    void random_bytes_throw_nothing_but_the_codec_exception() {
        for (long seed = 0; seed < 20_000; seed++) {
            SplitMix random = new SplitMix(seed);
            byte[] bytes = new byte[random.nextInt(200)];
            for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
            if (bytes.length > 0) bytes[0] = (byte) random.nextInt(12);
            decodes(bytes, "seed " + seed);
        }
    }

    @Test
    void damaged_entries_throw_nothing_but_the_codec_exception() {
        for (long seed = 0; seed < 300; seed++) {
            SplitMix random = new SplitMix(seed);
            for (Entry entry : new Examples(seed).all()) {
                byte[] bytes = ENTRIES.encode(entry);
                assertThat(decodes(Arrays.copyOf(bytes, random.nextInt(bytes.length)), "cut, seed " + seed))
                        .isFalse();
                assertThat(decodes(Arrays.copyOf(bytes, bytes.length + 1), "longer, seed " + seed))
                        .isFalse();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                decodes(bytes, "flipped, seed " + seed);
            }
        }
    }

    @Test
    void a_length_beyond_the_bytes_at_hand_is_refused_before_anything_is_allocated() {
        byte[] bytes = {0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0, 0};
        assertThatThrownBy(() -> RecordCodec.of(Chain.class).decode(bytes))
                .isInstanceOf(CodecException.class)
                .hasMessage("list of 2147483647 in 2 bytes");
        assertThatThrownBy(() -> RecordCodec.of(Many.class).decode(new byte[] {0, 0, 0, 9, 0, 0}))
                .isInstanceOf(CodecException.class);
    }

    @Test
    void a_list_of_records_without_components_is_refused_when_written() {
        RecordCodec<Many> codec = RecordCodec.of(Many.class);
        assertThatThrownBy(() -> codec.encode(new Many(List.of(new Nothing()))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(codec.decode(codec.encode(new Many(List.of())))).isEqualTo(new Many(List.of()));
    }

    @Test
    void endless_nesting_is_refused() {
        byte[] bytes = new byte[4000];
        for (int i = 3; i < bytes.length; i += 4) bytes[i] = 1;
        assertThatThrownBy(() -> RecordCodec.of(Chain.class).decode(bytes))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("nested deeper");
    }

    @Test
    void a_value_the_record_refuses_is_named() {
        byte[] bytes = ENTRIES.encode(new Entry.Seal(new Generation(1, 1), "x"));
        bytes[1] = (byte) 0x80;
        assertThatThrownBy(() -> ENTRIES.decode(bytes))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("generation must be >= 0");
    }

    private static boolean decodes(byte[] bytes, String what) {
        try {
            ENTRIES.decode(bytes);
            return true;
        } catch (CodecException e) {
            return false;
        } catch (RuntimeException | Error e) {
            return fail(what + " threw " + e, e);
        }
    }
}
