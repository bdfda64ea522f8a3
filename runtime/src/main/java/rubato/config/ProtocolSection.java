package rubato.config;

/** {@code protocol}: how many steps may be completed and not yet committed. */
public record ProtocolSection(int window) {}
