package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rubato.collective.Collective.Manner;
import rubato.compress.Codec;
import rubato.compress.Codecs;
import rubato.net.Damage;
import rubato.net.LinkOptions;
import rubato.net.TransportChoice;
import rubato.plan.Algorithm;

/** After the first of its kind no all-reduce allocates, whatever carries it, with control words and with a codec. */
@Timeout(120)
class AllocationTest {
    private static final int CALLS = 2_000;
    private static final int BRIEF = 16;
    private static final int LENGTHY = 50_000;

    /** A rank's calls of one kind. */
    private static final class Calls {
        final Collective collective;
        final @Nullable Manner manner;
        final long[] words;
        final float[] brief = new float[BRIEF];
        final float[] lengthy = new float[LENGTHY];
        final Gathered gathered = new Gathered();
        long step;

        Calls(Collective collective, String kind) {
            this.collective = collective;
            boolean coded = Codecs.names().contains(kind);
            Codec codec = coded ? Codecs.of(kind) : null;
            this.words = kind.equals("plain") || coded ? new long[0] : new long[10];
            this.manner = kind.equals("plain")
                    ? null
                    : new Manner(Algorithm.EXCHANGE, codec, codec == null ? null : new float[LENGTHY]);
        }

        /** @return bytes allocated */
        long run(int calls) {
            long before = Damage.allocated();
            for (int i = 0; i < calls; i++) {
                one(brief);
                if (i % 100 == 0) one(lengthy);
            }
            return Damage.allocated() - before;
        }

        private void one(float[] vector) {
            Manner how = manner;
            if (how == null) collective.sum(step++, vector, vector.length);
            else collective.allReduce(step++, vector, vector.length, words, how, gathered);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SHM, plain", "SHM, words", "SHM, fp16", "SHM, bf16", "SHM, int8",
        "UNIX, plain", "UNIX, words", "UNIX, fp16", "UNIX, bf16", "UNIX, int8",
        "TCP, plain", "TCP, words", "TCP, fp16", "TCP, bf16", "TCP, int8"
    })
    void a_call_allocates_nothing(TransportChoice transport, String kind) {
        LinkOptions links = LinkOptions.DEFAULT.with(transport);
        try (Ranks ranks = new Ranks(2, Duration.ofSeconds(20), links)) {
            List<Long> allocated = ranks.all(collective -> {
                Calls calls = new Calls(collective, kind);
                calls.run(200);
                return calls.run(CALLS);
            });
            // one smallest object a call would be 16 bytes; sleeping on a busy machine may take a few
            assertThat(allocated).allMatch(bytes -> bytes < 16L * CALLS);
        }
    }
}
