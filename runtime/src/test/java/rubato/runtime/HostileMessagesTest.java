package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.codec.CodecException;
import rubato.protocol.Activity;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.random.SplitMix;
import rubato.step.StateName;
import rubato.world.Generation;

/** Messages between worker, coordinator and donor, damaged: the codec's exception, and memory in proportion to what came. */
class HostileMessagesTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final List<byte[]> RIGHT = List.of(
            Wire.encode(new ToCoordinator.Beat(new Generation(1, 2), 3, Activity.IDLE, 4)),
            Wire.encode(new ToWorker.Refused("because of this")),
            Wire.encode(new ToWorker.Released(true, "because of that")),
            new StateMessage.Offer(new StateName(5, new Generation(1, 1), 6, 7), new byte[40], List.of(1, 2, 3))
                    .encode(),
            new StateMessage.Part(0, 7, new byte[80]).encode());

    private static final List<Consumer<byte[]>> READERS =
            List.of(Wire::toCoordinator, Wire::toWorker, bytes -> StateMessage.CODEC.decode(bytes));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void only_the_declared_exception_and_no_more_memory_than_the_bytes_are_worth(long seed) {
        SplitMix random = new SplitMix(seed);
        for (int i = 0; i < 6_000; i++) {
            byte[] bytes = damaged(random);
            for (Consumer<byte[]> reader : READERS) read(reader, bytes, "seed " + seed + ", case " + i);
        }
    }

    private static void read(Consumer<byte[]> reader, byte[] bytes, String what) {
        long least = Long.MAX_VALUE;
        for (int time = 0; time < 3; time++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                reader.accept(bytes);
            } catch (CodecException e) {
                assertThat(e.getMessage()).as(what).isNotBlank();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as(what).isLessThan((32 << 10) + 256L * bytes.length);
    }

    private static byte[] damaged(SplitMix random) {
        byte[] bytes = RIGHT.get(random.nextInt(RIGHT.size())).clone();
        switch (random.nextInt(4)) {
            case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(2 * bytes.length));
            case 2 -> Arrays.fill(bytes, random.nextInt(bytes.length), bytes.length, (byte) (random.nextInt(3) - 1));
            default -> {
                int length = random.nextInt(200);
                bytes = Arrays.copyOf(bytes, 2 + length);
                for (int at = 1; at < bytes.length; at++) bytes[at] = (byte) random.nextInt(at < 3 ? 32 : 256);
            }
        }
        return bytes;
    }
}
