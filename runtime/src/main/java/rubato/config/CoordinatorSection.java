package rubato.config;

/** {@code coordinator}: where it listens; port 0 takes a free one. */
public record CoordinatorSection(String host, int port) {}
