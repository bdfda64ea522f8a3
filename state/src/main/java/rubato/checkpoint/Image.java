package rubato.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint as the files it stands for, cut into blocks: {@code model.safetensors}, {@code optimizer.safetensors},
 * {@code replica.bin}, each from its own first block on. Where a block begins depends on nothing but the shapes, so a tensor
 * that did not change has the same blocks as before.
 */
final class Image {
    private sealed interface Span {
        record Bytes(ByteBuffer bytes) implements Span {}

        record Floats(Checkpoint.Tensor tensor) implements Span {}

        default long size() {
            if (this instanceof Bytes raw) return raw.bytes().remaining();
            return (long) ((Floats) this).tensor().length() * Float.BYTES;
        }
    }

    private record File(String name, List<Span> spans, long bytes) {
        static File of(String name, List<Span> spans) {
            return new File(name, spans, spans.stream().mapToLong(Span::size).sum());
        }
    }

    private final List<File> files = new ArrayList<>();
    private final int blockBytes;

    Image(Checkpoint checkpoint, int blockBytes) {
        this.blockBytes = blockBytes;
        List<Checkpoint.Tensor> model = new ArrayList<>(checkpoint.tensors());
        model.removeIf(Image::isOptimizerState);
        List<Checkpoint.Tensor> optimizer = new ArrayList<>(checkpoint.tensors());
        optimizer.removeAll(model);
        files.add(tensors(CheckpointStore.MODEL_FILE, model));
        files.add(tensors(CheckpointStore.OPTIMIZER_FILE, optimizer));
        files.add(
                File.of(CheckpointStore.REPLICA_FILE, List.of(new Span.Bytes(ByteBuffer.wrap(checkpoint.replica())))));
    }

    private static boolean isOptimizerState(Checkpoint.Tensor tensor) {
        return tensor.name().startsWith(CheckpointStore.OPTIMIZER_PREFIX);
    }

    private static File tensors(String name, List<Checkpoint.Tensor> tensors) {
        List<Span> spans = new ArrayList<>();
        spans.add(new Span.Bytes(SafetensorsHeader.encode(tensors, Map.of("format", "pt"))));
        for (Checkpoint.Tensor tensor : tensors) spans.add(new Span.Floats(tensor));
        return File.of(name, spans);
    }

    /** Names and sizes of the files. */
    List<Outline.Size> sizes() {
        return files.stream()
                .map(file -> new Outline.Size(file.name(), file.bytes()))
                .toList();
    }

    /** The bytes of a block, numbered over all files. */
    byte[] block(int index) {
        int first = 0;
        for (File file : files) {
            int blocks = Outline.blocks(file.bytes(), blockBytes);
            if (index < first + blocks) return bytes(file, (long) (index - first) * blockBytes);
            first += blocks;
        }
        throw new IllegalArgumentException("block must be 0.." + (first - 1) + ", was " + index);
    }

    private byte[] bytes(File file, long from) {
        byte[] block = new byte[(int) Math.min(blockBytes, file.bytes() - from)];
        ByteBuffer out = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        long at = 0;
        for (Span span : file.spans()) {
            long skip = Math.max(0, from + out.position() - at);
            if (skip < span.size()) copy(span, skip, out);
            at += span.size();
            if (!out.hasRemaining()) break;
        }
        return block;
    }

    /** Headers and blocks are multiples of four bytes, so a cut never goes through a number. */
    private static void copy(Span span, long skip, ByteBuffer out) {
        int bytes = (int) Math.min(out.remaining(), span.size() - skip);
        if (span instanceof Span.Bytes raw) {
            out.put(raw.bytes().slice(raw.bytes().position() + (int) skip, bytes));
        } else if (span instanceof Span.Floats floats) {
            Checkpoint.Tensor tensor = floats.tensor();
            out.asFloatBuffer().put(tensor.data(), tensor.offset() + (int) (skip / Float.BYTES), bytes / Float.BYTES);
            out.position(out.position() + bytes);
        }
    }
}
