package rubato.config;

/**
 * {@code net}: what protects connections.
 *
 * @param tls TLS 1.3 on every TCP connection, both sides showing a certificate of the run
 * @param insecure listen beyond this machine without it
 */
public record NetSection(boolean tls, boolean insecure) {}
