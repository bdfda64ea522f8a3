package rubato.world;

/** A worker of a world and the host and port where its peers reach it. */
public record Member(WorkerId id, String host, int port) {
    public Member {
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port must be 0..65535, was " + port);
    }
}
