package rubato.collective;

import java.util.zip.CRC32C;
import rubato.net.PeerLostException;
import rubato.net.Transport;

/** The frame on its way to one peer. */
final class Outbox {
    private final int peer;
    private final Views views;
    private final CRC32C crc;

    Outbox(int peer, int capacity, CRC32C crc) {
        this.peer = peer;
        this.views = new Views(capacity);
        this.crc = crc;
        views.bytes.limit(0);
    }

    boolean isEmpty() {
        return !views.bytes.hasRemaining();
    }

    /** The buffer to write a payload into, from {@link Frame#HEAD} on; then {@link #seal}. */
    Views open() {
        views.bytes.clear();
        return views;
    }

    void seal(byte kind, int words, int data, int elements) {
        Frame.seal(views.bytes, kind, words, data, elements, crc);
    }

    /** @return whether anything was written */
    boolean flush(Transport transport) throws PeerLostException {
        return transport.write(peer, views.bytes) > 0;
    }
}
