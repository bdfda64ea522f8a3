package rubato.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.checkpoint.Checkpoint;
import rubato.checkpoint.CheckpointStore;
import rubato.disk.RealDisk;
import rubato.ledger.FileLedger;
import rubato.step.DataShape;
import rubato.step.StateName;
import rubato.world.Generation;

@Tag("slow")
class LargeRunTest {
    @TempDir
    Path directory;

    @Test
    void a_million_steps_are_verified() {
        RecordedRun run = new RecordedRun(directory, new DataShape(60_000, true, 7, true)).start();
        long before = System.nanoTime();
        try (FileLedger ledger = FileLedger.create(run.ledger(), new RealDisk(), "run")) {
            for (int i = 0; i < 1000; i++) {
                if (i > 0) run.steps(1000);
                ledger.append(List.copyOf(run.entries), () -> {});
                run.entries.clear();
            }
        }
        long written = System.nanoTime();
        Verification found = Verifier.verify(directory);
        System.out.printf(
                "ledger of 10^6 steps: written in %.1f s, verified in %.1f s%n",
                (written - before) * 1e-9, (System.nanoTime() - written) * 1e-9);
        assertThat(found.violations()).isEmpty();
        assertThat(found.steps()).isEqualTo(999_000);
    }

    @Test
    void a_checkpoint_of_a_hundred_megabytes_is_written_and_loaded() {
        float[] values = new float[25_000_000];
        for (int i = 0; i < values.length; i++) values[i] = i;
        CheckpointStore store = new CheckpointStore(directory, new RealDisk());
        Checkpoint checkpoint = new Checkpoint(
                new StateName(0, new Generation(1, 1), 5, 7),
                List.of(new Checkpoint.Tensor("w", List.of(values.length), values, 0)),
                new byte[8]);
        long before = System.nanoTime();
        store.write(checkpoint, Map.of());
        long written = System.nanoTime();
        float[] loaded = store.load(store.directoryOf(5)).tensors().get(0).data();
        System.out.printf(
                "checkpoint of 100 MB: written in %.2f s, loaded in %.2f s%n",
                (written - before) * 1e-9, (System.nanoTime() - written) * 1e-9);
        assertThat(loaded).isEqualTo(values);
    }
}
