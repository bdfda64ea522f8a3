package rubato.world;

/**
 * A worker of a world and where its peers reach it.
 *
 * @param port of its collective links
 * @param statePort where it hands over its state
 */
public record Member(WorkerId id, String host, int port, int statePort) {
    public Member {
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port must be 0..65535, was " + port);
        if (statePort < 0 || statePort > 65535)
            throw new IllegalArgumentException("statePort must be 0..65535, was " + statePort);
    }
}
