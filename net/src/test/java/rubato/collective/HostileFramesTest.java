package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.compress.Codec;
import rubato.compress.Codecs;
import rubato.net.Damage;
import rubato.net.PeerLostException;
import rubato.net.Transport;
import rubato.plan.Algorithm;
import rubato.random.SplitMix;
import rubato.schedule.Span;

/** Honest streams of one rank of three, damaged, in every kind of operation: one declared exception, bounded memory, an end. */
@Timeout(60)
class HostileFramesTest {
    private static final int SIZE = 3;
    private static final int LENGTH = 40;
    private static final Tuning TUNING = new Tuning(96, 256, 256, 0, 0);
    /** Scratch memory, exceptions, and the turns up to the deadline; what an extreme length asks for is more. */
    private static final long MOST_BYTES = 2 << 20;

    private static final List<Orchestra.Begin> OPERATIONS = List.of(
            (circuit, rank) -> sum(circuit, new float[LENGTH], Algorithm.EXCHANGE),
            (circuit, rank) -> sum(circuit, new float[LENGTH], Algorithm.RING),
            (circuit, rank) -> sum(circuit, new float[LENGTH], Algorithm.HALVING),
            (circuit, rank) -> coded(circuit, rank, Codecs.of("int8")),
            (circuit, rank) -> coded(circuit, rank, Codecs.of("fp16")),
            (circuit, rank) -> circuit.allGather(1, Elements.of(new byte[LENGTH]), Algorithm.EXCHANGE),
            (circuit, rank) -> circuit.rooted(OperationKind.BROADCAST, 1, Elements.of(new long[LENGTH]), 2),
            (circuit, rank) ->
                    circuit.reduceScatter(1, Elements.of(new double[LENGTH]), Reduction.MAX, Algorithm.EXCHANGE),
            (circuit, rank) -> circuit.barrier(1, new long[][] {{1, 2}, {3}, {}}));

    private static void sum(Circuit circuit, float[] vector, Algorithm algorithm) {
        circuit.allReduce(1, Elements.of(vector), Reduction.SUM, algorithm, null, circuit.silent());
    }

    private static void coded(Circuit circuit, int rank, Codec codec) {
        Span own = new Span(0, LENGTH).part(rank, SIZE, codec.block());
        Elements x = new CodedElements(new float[LENGTH], LENGTH, codec, null, own);
        circuit.allReduce(1, x, Reduction.SUM, Algorithm.EXCHANGE, codec, circuit.silent());
    }

    private static Orchestra orchestra() {
        return new Orchestra(SIZE, 3, TUNING, 1 << 20);
    }

    /** What rank 2 sends to rank 0 in the operation. */
    private static byte[] honest(Orchestra.Begin operation) throws PeerLostException {
        Orchestra orchestra = orchestra();
        orchestra.together(operation);
        ByteBuffer seen = ByteBuffer.allocate(1 << 16);
        orchestra.network.rewind(2, 0);
        Transport listener = orchestra.network.transport(0);
        while (orchestra.network.carried(2, 0) > seen.position()) listener.read(2, seen);
        byte[] bytes = new byte[seen.position()];
        seen.flip().get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void damaged_streams_of_every_operation(long seed) throws PeerLostException {
        SplitMix random = new SplitMix(seed);
        for (int kind = 0; kind < OPERATIONS.size(); kind++) {
            byte[] honest = honest(OPERATIONS.get(kind));
            for (int i = 0; i < 120; i++) {
                byte[] bytes = Damage.of(honest, random);
                if (random.nextInt(2) == 0) vouch(bytes);
                survive(OPERATIONS.get(kind), bytes, "operation " + kind + ", seed " + seed + ", case " + i);
            }
        }
    }

    /** Makes the first head's checksum right, as far as there is one. */
    private static void vouch(byte[] bytes) {
        ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < Frame.HEAD || Frame.fault(frame, 0, bytes.length) != null) return;
        if (Frame.HEAD + Frame.words(frame, 0) > bytes.length) return;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 16);
        crc.update(bytes, 20, 4 + Frame.words(frame, 0));
        frame.putInt(16, (int) crc.getValue());
    }

    private static void survive(Orchestra.Begin operation, byte[] bytes, String what) throws PeerLostException {
        Orchestra orchestra = orchestra();
        Transport hostile = orchestra.network.transport(2);
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) hostile.write(0, left);
        hostile.hangUp();
        long used = Damage.allowing(what, () -> orchestra.play(operation, 0, 1), CollectiveException.class);
        assertThat(used).as(what).isLessThan(MOST_BYTES);
    }
}
