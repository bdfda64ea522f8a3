package rubato.shm;

/** Whether ranks sleep at once where they wait, as with blocking sockets: to measure what waiting awake is worth. */
public final class Blocking {
    /** {@code -Drubato.waiting=block}; anything else, or nothing: as measured to be best. */
    public static final boolean WANTED = "block".equals(System.getProperty("rubato.waiting"));

    private Blocking() {}
}
