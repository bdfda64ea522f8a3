package rubato.collective;

import java.util.zip.CRC32C;

/** The two directions between this rank and one peer, and how far the operation under way has got on them. */
final class Link {
    final int peer;
    final Inbox in;
    final Outbox out;
    boolean announced;
    boolean entered;
    /** Next entries of the schedule's list for this peer. */
    int nextSend;

    int nextReceive;
    long lastEntered = -1;
    long enteredNanos;

    Link(int peer, Tuning tuning, CRC32C crc) {
        this.peer = peer;
        int frame = tuning.frameCapacity();
        this.in = new Inbox(peer, frame + tuning.inboxBytes(), frame);
        this.out = new Outbox(peer, frame, crc);
    }

    void begin() {
        announced = false;
        entered = false;
        nextSend = 0;
        nextReceive = 0;
    }
}
