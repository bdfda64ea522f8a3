package rubato.net;

/** Where a listener may be reached from. */
public enum Exposure {
    /** This machine only; any other address is refused. */
    LOOPBACK,
    /** Any address, although connections are not encrypted: the user has asked for it. */
    INSECURE
}
