package rubato.collective;

import java.util.zip.CRC32C;
import rubato.net.TransportChoice;

/** The two directions between this rank and one peer, and how far the operation under way has got on them. */
final class Link {
    final int peer;
    final int chunkBytes;
    final Inbox in;
    final Outbox out;
    /** Most elements of a frame in the operation under way. */
    int chunk;

    boolean announced;
    boolean entered;
    /** Next entries of the schedule's list for this peer. */
    int nextSend;

    int nextReceive;
    long lastEntered = -1;
    long enteredNanos;

    Link(int peer, TransportChoice carrier, Tuning tuning, CRC32C crc) {
        this.peer = peer;
        this.chunkBytes = tuning.chunkBytes(carrier);
        int frame = tuning.frameCapacity();
        this.in = new Inbox(peer, frame + tuning.inboxBytes(), frame);
        this.out = new Outbox(peer, frame, crc);
    }

    void begin(Elements elements) {
        int unit = elements.unit();
        chunk = Math.max(1, chunkBytes / elements.bytes(unit)) * unit;
        announced = false;
        entered = false;
        nextSend = 0;
        nextReceive = 0;
    }
}
