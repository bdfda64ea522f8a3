package rubato.runtime;

/** How a coordinator is reached. */
interface Front extends AutoCloseable {
    /** Lets messages in. */
    void open(CoordinatorService service);

    /** Names this coordinator as the one to talk to. */
    void announce();

    /** Hangs up on everybody who talks to this coordinator. */
    @Override
    void close();
}
