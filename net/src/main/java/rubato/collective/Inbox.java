package rubato.collective;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import rubato.net.PeerLostException;
import rubato.net.Transport;

/** Frames come from one peer; the first of them may be half used, and the last half here. */
final class Inbox {
    private final int peer;
    private final Views views;
    private final CRC32C crc;
    private final int largestFrame;
    private int begin;
    private int end;
    /** Where the first frame's unused payload begins, or -1 if no whole frame has been looked at. */
    private int at = -1;

    private int elements;
    private boolean hungUp;

    Inbox(int peer, int capacity, int largestFrame, CRC32C crc) {
        this.peer = peer;
        this.views = new Views(capacity);
        this.largestFrame = largestFrame;
        this.crc = crc;
    }

    boolean hungUp() {
        return hungUp;
    }

    boolean canRead() {
        return !hungUp && end - begin < views.bytes.capacity();
    }

    /** @return whether anything came, be it the end */
    boolean read(Transport transport) throws PeerLostException {
        makeRoom();
        ByteBuffer into = views.bytes.limit(views.bytes.capacity()).position(end);
        int read = transport.read(peer, into);
        if (read < 0) hungUp = true;
        else end += read;
        return read != 0;
    }

    /** Whether a whole, intact frame is first. */
    boolean frame() {
        if (at >= 0) return true;
        if (end - begin < Frame.HEAD) return false;
        ByteBuffer in = bytes();
        String fault = Frame.fault(in, begin, largestFrame);
        if (fault != null) throw damaged(fault);
        if (end - begin < Frame.bytes(in, begin)) return false;
        if (!Frame.intact(in, begin, crc)) throw damaged("a frame with a wrong checksum");
        at = begin + Frame.HEAD;
        elements = Frame.elements(in, begin);
        return true;
    }

    private CollectiveException damaged(@Nullable String fault) {
        return new CollectiveException(peer, "rank " + peer + " sent " + fault);
    }

    byte kind() {
        return Frame.kind(views.bytes, begin);
    }

    /** Payload bytes of the first frame, used ones too. */
    int payload() {
        return Frame.payload(views.bytes, begin);
    }

    int unusedBytes() {
        return begin + Frame.HEAD + payload() - at;
    }

    /** Elements of the first frame that have not been used. */
    int elements() {
        return elements;
    }

    /** Whether nothing of the first frame has been used. */
    boolean isFresh() {
        return at == begin + Frame.HEAD;
    }

    int at() {
        return at;
    }

    Views views() {
        return views;
    }

    ByteBuffer bytes() {
        return views.bytes.limit(views.bytes.capacity()).position(0);
    }

    void useAnnouncement(int bytes) {
        at += bytes;
        if (elements == 0) drop();
    }

    void use(int bytes, int count) {
        at += bytes;
        elements -= count;
        if (elements == 0) drop();
    }

    /** Forgets the first frame. */
    void drop() {
        begin += Frame.bytes(views.bytes, begin);
        at = -1;
        elements = 0;
        if (begin == end) {
            begin = 0;
            end = 0;
        }
    }

    /**
     * Looks at all whole frames of what is here, used or not, up to the next operation's.
     *
     * @return unused elements of this operation, or -1 if a farewell is among them; then it is first
     */
    int survey() {
        int all = frame() ? elements : 0;
        ByteBuffer in = bytes();
        for (int frame = begin; end - frame >= Frame.HEAD; frame += Frame.bytes(in, frame)) {
            if (Frame.fault(in, frame, largestFrame) != null || end - frame < Frame.bytes(in, frame)) break;
            if (Frame.kind(in, frame) == Frame.FAREWELL && Frame.intact(in, frame, crc)) {
                begin = frame;
                at = frame + Frame.HEAD;
                elements = 0;
                return -1;
            }
            if (frame > begin && Frame.kind(in, frame) == Frame.OPERATION) break;
            if (frame > begin) all += Frame.elements(in, frame);
        }
        return all;
    }

    private void makeRoom() {
        if (begin == 0 || views.bytes.capacity() - end >= largestFrame) return;
        views.bytes.limit(end).position(begin).compact();
        if (at >= 0) at -= begin;
        end -= begin;
        begin = 0;
    }
}
