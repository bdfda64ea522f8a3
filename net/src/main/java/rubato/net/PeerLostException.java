package rubato.net;

import java.io.IOException;

/** The stream to a rank is broken or could not be made. */
public final class PeerLostException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int rank;

    public PeerLostException(int rank, String message) {
        super(message);
        this.rank = rank;
    }

    public int rank() {
        return rank;
    }
}
