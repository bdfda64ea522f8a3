package rubato.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import rubato.net.PeerLostException;
import rubato.net.Transport;

/** What one operation sends to one peer: header, then the peer's part of the vector, then this rank's results as they come. */
final class Outbox {
    private final int peer;
    private final int chunkFloats;
    private final ByteBuffer buffer;
    private final FloatBuffer floats;
    private int partNext;
    private int partEnd;
    private int resultNext;
    private int resultEnd;

    Outbox(int peer, int chunkFloats) {
        this.peer = peer;
        this.chunkFloats = chunkFloats;
        int bytes = OperationHeader.bytes(OperationHeader.MAX_CONTROLS) + 4 * chunkFloats;
        this.buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.floats = buffer.asFloatBuffer();
        buffer.limit(0);
    }

    /** The buffer to put the header into; then {@link #begin}. */
    ByteBuffer header() {
        return buffer.clear();
    }

    void begin(float[] vector, int partFrom, int partTo, int resultFrom, int resultTo) {
        partNext = partFrom;
        partEnd = partTo;
        resultNext = resultFrom;
        resultEnd = resultTo;
        append(vector, takePart());
        buffer.flip();
    }

    boolean done() {
        return !buffer.hasRemaining() && partNext == partEnd && resultNext == resultEnd;
    }

    /** True if a write could go on now. */
    boolean pending(int reducedTo) {
        return buffer.hasRemaining() || partNext < partEnd || resultNext < Math.min(resultEnd, reducedTo);
    }

    /** Elements of the vector below this one are copied out and may change. */
    int copiedTo() {
        return partNext;
    }

    /** @param reducedTo results below this element are final. @return whether anything was written */
    boolean pump(Transport transport, float[] vector, int reducedTo) throws PeerLostException {
        boolean progress = false;
        while (true) {
            if (!buffer.hasRemaining() && !refill(vector, reducedTo)) return progress;
            if (transport.write(peer, buffer) > 0) progress = true;
            if (buffer.hasRemaining()) return progress;
        }
    }

    private boolean refill(float[] vector, int reducedTo) {
        int count = takePart();
        int from = partNext - count;
        if (count == 0) {
            count = Math.max(0, Math.min(chunkFloats, Math.min(resultEnd, reducedTo) - resultNext));
            from = resultNext;
            resultNext += count;
        }
        if (count == 0) return false;
        buffer.clear();
        copy(vector, from, count);
        buffer.flip();
        return true;
    }

    private int takePart() {
        int count = Math.min(chunkFloats, partEnd - partNext);
        partNext += count;
        return count;
    }

    private void append(float[] vector, int count) {
        copy(vector, partNext - count, count);
    }

    private void copy(float[] vector, int from, int count) {
        floats.position(buffer.position() / 4).put(vector, from, count);
        buffer.position(buffer.position() + 4 * count);
    }
}
