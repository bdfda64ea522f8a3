package rubato.collective;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import rubato.net.PeerLostException;
import rubato.net.Transport;

/** Frames come from one peer. The first may be partly used, and partly here; its elements count against its checksum as they are used. */
final class Inbox {
    /** Fewer elements of a frame than these are not worth a step, unless they are its last. */
    private static final int FEW_BYTES = 8 << 10;

    private final int peer;
    private final Views views;
    private final CRC32C crc = new CRC32C();
    private final CRC32C dataCrc = new CRC32C();
    private final int largestFrame;
    private int begin;
    private int end;
    /** Where the first frame's unused words or elements begin, or -1 if its head and words are not here yet. */
    private int at = -1;

    private int elements;
    private boolean hungUp;

    Inbox(int peer, int capacity, int largestFrame) {
        this.peer = peer;
        this.views = new Views(capacity);
        this.largestFrame = largestFrame;
    }

    int peer() {
        return peer;
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
        int read =
                transport.read(peer, views.bytes.limit(views.bytes.capacity()).position(end));
        if (read < 0) hungUp = true;
        else end += read;
        return read != 0;
    }

    /** Whether a frame is first of which the head and the words are here and intact. */
    boolean frame() {
        if (at >= 0) return true;
        if (end - begin < Frame.HEAD) return false;
        ByteBuffer in = bytes();
        String fault = Frame.fault(in, begin, largestFrame);
        if (fault != null) throw damaged(fault);
        if (end - begin < Frame.HEAD + Frame.words(in, begin)) return false;
        if (!Frame.headIntact(in, begin, crc)) throw damaged("a frame with a wrong checksum");
        at = begin + Frame.HEAD;
        elements = Frame.elements(in, begin);
        dataCrc.reset();
        return true;
    }

    private CollectiveException damaged(String fault) {
        return new CollectiveException(peer, "rank " + peer + " sent " + fault);
    }

    byte kind() {
        return Frame.kind(views.bytes, begin);
    }

    int words() {
        return Frame.words(views.bytes, begin);
    }

    int data() {
        return Frame.data(views.bytes, begin);
    }

    /** Whether nothing of the first frame has been used. */
    boolean isFresh() {
        return at == begin + Frame.HEAD;
    }

    /** All elements of the first frame that have not been used, here or on their way. */
    int elements() {
        return elements;
    }

    /** Elements of the first frame that can be used now; the last ones only with the frame's end. */
    int usable(Elements of) {
        int here = end - at;
        int left = begin + Frame.bytes(views.bytes, begin) - at;
        if (here >= left) return elements;
        if (here < FEW_BYTES) return 0;
        return Math.min(of.within(here), elements - 1);
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

    /** Goes on to the first frame's elements. */
    void useWords() {
        at += words();
        if (elements == 0) drop();
    }

    void use(int bytes, int count) {
        Frame.add(views.bytes, at, at + bytes, dataCrc);
        at += bytes;
        elements -= count;
        if (elements > 0) return;
        if ((int) dataCrc.getValue() != Frame.dataCheck(views.bytes, begin))
            throw damaged("elements with a wrong checksum");
        drop();
    }

    /** Forgets the first frame, which is all here. */
    private void drop() {
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
        long all = 0;
        ByteBuffer in = bytes();
        for (int frame = begin; end - frame >= Frame.HEAD; frame += Frame.bytes(in, frame)) {
            if (Frame.fault(in, frame, largestFrame) != null || end - frame < Frame.bytes(in, frame)) break;
            if (Frame.kind(in, frame) == Frame.FAREWELL && Frame.headIntact(in, frame, crc)) {
                begin = frame;
                at = frame + Frame.HEAD;
                elements = 0;
                return -1;
            }
            if (frame > begin && Frame.kind(in, frame) == Frame.OPERATION) break;
            all += frame == begin && at >= 0 ? elements : Frame.elements(in, frame);
        }
        return (int) Math.min(all, Integer.MAX_VALUE);
    }

    /** Forgets all that is here up to a farewell. @return whether there is one */
    boolean skim() {
        if (survey() < 0) return true;
        while (frame() && end - begin >= Frame.bytes(views.bytes, begin)) drop();
        return false;
    }

    private void makeRoom() {
        if (begin == 0 || views.bytes.capacity() - end >= views.bytes.capacity() / 2) return;
        views.bytes.limit(end).position(begin).compact();
        if (at >= 0) at -= begin;
        end -= begin;
        begin = 0;
    }
}
