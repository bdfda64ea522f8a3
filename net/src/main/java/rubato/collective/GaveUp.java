package rubato.collective;

/** A peer's farewell came up while its elements were awaited. */
final class GaveUp extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int peer;
    private final transient Farewell farewell;

    GaveUp(int peer, Farewell farewell) {
        super(farewell.reason(), null, false, false);
        this.peer = peer;
        this.farewell = farewell;
    }

    int peer() {
        return peer;
    }

    Farewell farewell() {
        return farewell;
    }
}
