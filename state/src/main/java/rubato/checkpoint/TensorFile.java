package rubato.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import rubato.checkpoint.Safetensors.BadTensors;
import rubato.checkpoint.Safetensors.Header;
import rubato.checkpoint.Safetensors.Slot;

/** Reads the tensors of a safetensors file in bulk, a megabyte at a time. */
final class TensorFile {
    private static final int CHUNK = 1 << 20;

    private TensorFile() {}

    /** All tensors of a file, as views of one array in the order of the file. */
    static List<Checkpoint.Tensor> read(ByteSource in) throws IOException, BadTensors {
        Header header = header(in);
        long floats = header.tensors().stream().mapToLong(Slot::floats).sum();
        if (floats > Integer.MAX_VALUE - 8)
            throw new BadTensors("holds " + floats + " numbers, more than one array can");
        float[] data = new float[(int) floats];
        fill(in, data);
        List<Checkpoint.Tensor> tensors = new ArrayList<>();
        int offset = 0;
        for (Slot slot : header.tensors()) {
            tensors.add(new Checkpoint.Tensor(slot.name(), slot.shape(), data, offset));
            offset += slot.floats();
        }
        return tensors;
    }

    static Header header(ByteSource in) throws IOException, BadTensors {
        if (in.remaining() < 8) throw new BadTensors("is shorter than a header");
        long length = in.read(8).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > Safetensors.MAX_HEADER || length > in.remaining())
            throw new BadTensors("header length " + Long.toUnsignedString(length) + " is out of range, the file has "
                    + in.remaining() + " bytes more");
        ByteBuffer json = in.read((int) length);
        return SafetensorsHeader.decode(json, in.remaining());
    }

    private static void fill(ByteSource in, float[] data) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < data.length; ) {
            int count = Math.min(CHUNK / Float.BYTES, data.length - at);
            in.read(chunk.clear().limit(count * Float.BYTES));
            chunk.asFloatBuffer().get(data, at, count);
            at += count;
        }
    }
}
