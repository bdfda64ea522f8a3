package rubato.runtime;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import rubato.checkpoint.Checkpoint;
import rubato.checkpoint.CheckpointStore;
import rubato.checkpoint.Outline;
import rubato.checkpoint.Part;
import rubato.error.RubatoException;
import rubato.protocol.WorkerAction;
import rubato.seam.Clock;
import rubato.world.Generation;

/** Writes this worker's parts of checkpoints while training goes on; tells of each outcome on its own thread. */
final class CheckpointWriter implements AutoCloseable {
    /** A checkpoint that is whole on disk. */
    record Stored(long hash, String directory, String manifestSha256) {}

    /** A checkpoint that is being made, by which generation. */
    private record Making(Generation by, long step) {}

    /** While more bytes than this wait for the disk, none are copied for another checkpoint: memory is bounded. */
    private static final long MOST_WAITING = 64 << 20;

    /** Nor while so many have not been completed: a disk with room for a few is not filled by halves. */
    private static final int MOST_OPEN = 4;

    private final CheckpointStore store;
    private final String model;
    private final Clock clock;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "rubato-checkpoints");
        thread.setDaemon(true);
        return thread;
    });
    /** Bytes copied and not yet on disk. */
    private final AtomicLong waiting = new AtomicLong();
    /** Checkpoints of which this worker has copied its part; of those it does not complete itself, the newest. */
    private final Map<Making, Outline> outlines = new ConcurrentHashMap<>();

    CheckpointWriter(CheckpointStore store, String model, Clock clock) {
        this.store = store;
        this.model = model;
        this.clock = clock;
    }

    /** Copies a part of what is live, which may change from then on, and writes it. */
    void store(
            Checkpoint live,
            WorkerAction.Store action,
            BiConsumer<Long, List<String>> done,
            Consumer<RubatoException> failed) {
        Making making = new Making(action.generation(), action.step());
        boolean tooMany = action.part() == 0 && open(action.generation()) >= MOST_OPEN;
        if (tooMany || waiting.get() > MOST_WAITING) {
            failed.accept(RubatoException.failed("the disk is too slow: earlier ones are not yet written"));
            return;
        }
        Part part = store.cut(live, action.part(), action.parts());
        waiting.addAndGet(part.bytes());
        outlines.put(making, part.outline());
        writer.execute(() -> write(part, action, done, failed));
    }

    /** Checkpoints of a generation that this worker is to complete and has not. */
    private long open(Generation by) {
        return outlines.keySet().stream().filter(each -> each.by().equals(by)).count();
    }

    private void write(
            Part part,
            WorkerAction.Store action,
            BiConsumer<Long, List<String>> done,
            Consumer<RubatoException> failed) {
        try {
            List<String> digests = store.write(part, action.generation());
            outlines.keySet().removeIf(old -> old.step() < action.step() && isPast(old, action));
            done.accept(part.outline().name().hash(), digests);
        } catch (RubatoException e) {
            outlines.remove(new Making(action.generation(), action.step()));
            store.abandon(part.outline(), action.generation());
            failed.accept(e);
        } finally {
            waiting.addAndGet(-part.bytes());
        }
    }

    /** What this worker does not complete itself it hears of only if it is abandoned, which is soon. */
    private static boolean isPast(Making old, WorkerAction.Store action) {
        return action.part() != 0 || !old.by().equals(action.generation());
    }

    /** Completes a checkpoint of which all parts are whole. */
    void complete(WorkerAction.Complete action, Consumer<Stored> done, Consumer<RubatoException> failed) {
        writer.execute(() -> {
            Outline outline = outlines.remove(new Making(action.generation(), action.step()));
            if (outline == null) return;
            try {
                Map<String, String> notes =
                        Map.of("model", model, CheckpointStore.WRITTEN, Long.toString(clock.epochMillis()));
                String sha256 = store.complete(outline, action.generation(), action.digests(), notes);
                String name = CheckpointStore.directoryName(action.step());
                outlines.keySet().removeIf(old -> old.step() < action.step());
                done.accept(new Stored(outline.name().hash(), name, sha256));
            } catch (RubatoException e) {
                failed.accept(e);
            }
        });
    }

    /** Removes what there is of a checkpoint that will not be completed. */
    void abandon(WorkerAction.Abandon action) {
        writer.execute(() -> {
            Outline outline = outlines.remove(new Making(action.generation(), action.step()));
            if (outline != null) store.abandon(outline, action.generation());
        });
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            writer.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
