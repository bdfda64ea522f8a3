package rubato.runtime;

import rubato.codec.CodecException;
import rubato.codec.RecordCodec;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;

/** Control messages as bytes: one version byte, then the record. */
final class Wire {
    static final int VERSION = 1;
    private static final RecordCodec<ToCoordinator> UP = RecordCodec.of(ToCoordinator.class);
    private static final RecordCodec<ToWorker> DOWN = RecordCodec.of(ToWorker.class);

    private Wire() {}

    static byte[] encode(ToCoordinator message) {
        return versioned(UP.encode(message));
    }

    static byte[] encode(ToWorker message) {
        return versioned(DOWN.encode(message));
    }

    static ToCoordinator toCoordinator(byte[] message) {
        return UP.decode(body(message));
    }

    static ToWorker toWorker(byte[] message) {
        return DOWN.decode(body(message));
    }

    private static byte[] versioned(byte[] body) {
        byte[] message = new byte[body.length + 1];
        message[0] = VERSION;
        System.arraycopy(body, 0, message, 1, body.length);
        return message;
    }

    private static java.nio.ByteBuffer body(byte[] message) {
        if (message.length == 0 || message[0] != VERSION) {
            throw new CodecException("control message of version " + (message.length == 0 ? "none" : message[0])
                    + ", this is " + VERSION);
        }
        return java.nio.ByteBuffer.wrap(message, 1, message.length - 1).slice();
    }
}
