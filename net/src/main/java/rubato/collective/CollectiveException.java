package rubato.collective;

/** A collective did not complete; names the peer where one is to blame. */
public final class CollectiveException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int peerRank;

    /** @param peerRank the rank to blame, or -1 */
    public CollectiveException(int peerRank, String message) {
        super(message);
        this.peerRank = peerRank;
    }

    public int peerRank() {
        return peerRank;
    }
}
