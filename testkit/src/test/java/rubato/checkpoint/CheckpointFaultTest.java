package rubato.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.step.StateName;
import rubato.testkit.FaultyDisk;
import rubato.world.Generation;

class CheckpointFaultTest {
    private static final Path DIRECTORY = Path.of("/run/checkpoints");

    private static Entry.Checkpoint write(CheckpointStore store, long step) {
        String sha256 = store.write(checkpoint(step), Map.of());
        return new Entry.Checkpoint(step, 77 + step, CheckpointStore.directoryName(step), sha256);
    }

    private static Checkpoint checkpoint(long step) {
        float[] flat = {1, 2, 3, 4, 5, 6, Float.NaN, -0.0f};
        return new Checkpoint(
                new StateName(0, new Generation(1, 1), step, 77 + step),
                List.of(
                        new Checkpoint.Tensor("layer0.weight", List.of(2, 3), flat, 0),
                        new Checkpoint.Tensor("layer0.bias", List.of(2), flat, 6),
                        new Checkpoint.Tensor("optimizer.momentum", List.of(8), flat, 0)),
                new byte[] {9, 8, 7});
    }

    private static FaultyDisk disk(long seed) throws Exception {
        FaultyDisk disk = new FaultyDisk(seed);
        disk.createDirectories(DIRECTORY);
        disk.forceDirectory(Path.of("/"));
        disk.forceDirectory(Path.of("/run"));
        return disk;
    }

    @Test
    void a_full_disk_leaves_the_previous_checkpoint_and_nothing_else() throws Exception {
        for (long room = 0; room < 480; room += 30) {
            FaultyDisk disk = disk(room);
            CheckpointStore store = new CheckpointStore(DIRECTORY, disk);
            Entry.Checkpoint previous = write(store, 5);
            disk.fillUpAfter(room);
            assertThatThrownBy(() -> write(store, 10))
                    .isInstanceOf(RubatoException.class)
                    .hasMessage("cannot write checkpoint /run/checkpoints/step-0000000010: No space left on device");
            assertThat(disk.list(DIRECTORY)).containsExactly(store.directoryOf(5));
            assertThat(store.newestGood(List.of(previous)).orElseThrow().warnings())
                    .isEmpty();
        }
    }

    @Test
    void a_failed_fsync_is_no_checkpoint() throws Exception {
        for (int forces = 0; forces < 4; forces++) {
            FaultyDisk disk = disk(forces);
            disk.failForceAfter(forces);
            CheckpointStore store = new CheckpointStore(DIRECTORY, disk);
            assertThatThrownBy(() -> write(store, 5)).isInstanceOf(RubatoException.class);
            assertThat(disk.list(DIRECTORY)).isEmpty();
        }
    }

    @Test
    void after_a_power_cut_a_checkpoint_is_whole_or_absent_and_an_acknowledged_one_whole() throws Exception {
        for (long seed = 0; seed < 400; seed++) {
            FaultyDisk disk = disk(seed);
            CheckpointStore store = new CheckpointStore(DIRECTORY, disk);
            List<Entry.Checkpoint> acknowledged = new ArrayList<>();
            disk.dieAfter(seed % 60);
            try {
                for (long step = 5; step <= 15; step += 5) acknowledged.add(write(store, step));
            } catch (RubatoException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("cannot write checkpoint");
            }
            disk.cutPower();
            for (Entry.Checkpoint entry : acknowledged)
                assertThat(store.problems(store.place(entry)))
                        .as("seed %d", seed)
                        .isEmpty();
            for (Path found : disk.list(DIRECTORY))
                if (!found.toString().endsWith(".tmp"))
                    assertThat(store.problems(found)).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void a_removal_cut_off_anywhere_leaves_a_whole_checkpoint_or_none() throws Exception {
        for (int operations = 0; operations < 40; operations++) {
            for (boolean power : new boolean[] {false, true}) {
                FaultyDisk disk = disk(operations);
                CheckpointStore store = new CheckpointStore(DIRECTORY, disk);
                List<Entry.Checkpoint> all = List.of(write(store, 5), write(store, 10));
                disk.dieAfter(operations);
                boolean done = pruned(store, all);
                if (power) disk.cutPower();
                disk.heal();
                for (Path found : disk.list(DIRECTORY))
                    if (!CheckpointStore.isUnfinished(found.getFileName().toString()))
                        assertThat(store.problems(found)).as("%d", operations).isEmpty();
                assertThat(store.manifestSha256(store.place(all.get(1))))
                        .isEqualTo(all.get(1).manifestSha256());
                store.removeLeftovers(all.subList(1, 2));
                assertThat(disk.list(DIRECTORY)).as("%d", operations).containsExactly(store.directoryOf(10));
                if (operations == 0) assertThat(done).isFalse();
                if (operations == 39) assertThat(done).isTrue();
            }
        }
    }

    private static boolean pruned(CheckpointStore store, List<Entry.Checkpoint> all) {
        try {
            store.prune(all, 1, Long.MAX_VALUE);
            return true;
        } catch (RubatoException died) {
            return false;
        }
    }

    @Test
    void a_checkpoint_that_was_removed_while_it_was_made_cannot_be_completed() throws Exception {
        CheckpointStore store = new CheckpointStore(DIRECTORY, disk(1));
        Generation by = new Generation(1, 1);
        Part part = store.cut(checkpoint(5), 0, 1);
        List<String> digests = store.write(part, by);
        store.removeLeftovers(List.of());
        assertThatThrownBy(() -> store.complete(part.outline(), by, digests, Map.of()))
                .isInstanceOf(RubatoException.class);
    }
}
