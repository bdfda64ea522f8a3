package rubato.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import rubato.net.PeerLostException;
import rubato.net.Transport;

/**
 * What one operation receives from one peer: header, then the peer's part of this rank's slice, then the peer's results.
 * Bytes of the peer's next operation may already be here; they stay until that operation begins.
 */
final class Inbox {
    /** Checks a header and keeps the control words once the whole of it is in the buffer. */
    interface Header {
        /** @return the number of control words */
        int fixed(int peer, ByteBuffer in);

        void controls(int peer, ByteBuffer in, int count);
    }

    private final int peer;
    private final int size;
    private final Header header;
    private final ByteBuffer buffer;
    private final FloatBuffer floats;
    private int begin;
    private int end;
    private int controls;
    private boolean entered;
    private boolean hungUp;
    private int partLeft;
    private int resultNext;
    private int resultEnd;

    Inbox(int peer, int size, int chunkFloats, Header header) {
        this.peer = peer;
        this.size = size;
        this.header = header;
        int bytes = OperationHeader.bytes(OperationHeader.MAX_CONTROLS) + 4 * chunkFloats;
        this.buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.floats = buffer.asFloatBuffer();
    }

    void begin(int partFloats, int resultFrom, int resultTo) {
        controls = -1;
        entered = false;
        partLeft = partFloats;
        resultNext = resultFrom;
        resultEnd = resultTo;
    }

    boolean entered() {
        return entered;
    }

    boolean done() {
        return entered && partLeft == 0 && resultNext == resultEnd;
    }

    /** Floats of the part that are here and not consumed. */
    int available() {
        return entered ? Math.min(partLeft, (end - begin) / 4) : 0;
    }

    /** True if there is room for more, be it of the next operation, and the peer has not hung up. */
    boolean canRead() {
        return !hungUp && end - begin < buffer.capacity();
    }

    /**
     * @param watch read even if the peer owes nothing, to notice that it failed
     * @param peerHasAll whether the peer is owed nothing; if it owes nothing either, it may hang up
     * @return whether anything came or was understood
     */
    boolean pump(Transport transport, float[] vector, boolean watch, boolean peerHasAll) throws PeerLostException {
        boolean progress = parse(vector);
        if (hungUp && !(peerHasAll && owed() == 0)) throw lost();
        if (!canRead() || !(watch || owed() > 0)) return progress;
        makeRoom();
        int read = transport.read(peer, buffer.limit(buffer.capacity()).position(end));
        if (read == 0) return progress;
        hungUp = read < 0;
        if (hungUp && !(peerHasAll && owed() == 0)) throw lost();
        end += Math.max(0, read);
        parse(vector);
        return true;
    }

    /** At least how many bytes of this operation have not come. */
    private long owed() {
        if (!entered) return 1;
        return Math.max(0, 4L * (partLeft + resultEnd - resultNext) - (end - begin));
    }

    private PeerLostException lost() {
        return new PeerLostException(peer, "rank " + peer + " closed its connection");
    }

    /** Copies the next part floats out without consuming them. */
    void peek(int offset, float[] into, int count) {
        floats.position(begin / 4 + offset).get(into, 0, count);
    }

    void consume(int count) {
        begin += 4 * count;
        partLeft -= count;
    }

    private boolean parse(float[] vector) {
        if (!entered && !enter()) return false;
        if (partLeft > 0) return false;
        int count = Math.min(resultEnd - resultNext, (end - begin) / 4);
        if (count == 0) return false;
        floats.position(begin / 4).get(vector, resultNext, count);
        begin += 4 * count;
        resultNext += count;
        return true;
    }

    private boolean enter() {
        buffer.limit(end).position(begin);
        if (controls < 0) {
            if (end - begin < OperationHeader.BYTES) return false;
            controls = header.fixed(peer, buffer);
        }
        if (end - begin < OperationHeader.bytes(controls)) return false;
        header.controls(peer, buffer.position(begin + OperationHeader.BYTES), controls);
        begin += OperationHeader.bytes(controls);
        entered = true;
        return true;
    }

    private void makeRoom() {
        if (begin == end) {
            begin = 0;
            end = 0;
        } else if (begin > 0 && buffer.capacity() - end < buffer.capacity() / 2) {
            buffer.limit(end).position(begin);
            buffer.compact();
            end -= begin;
            begin = 0;
        }
    }
}
