package rubato.data;

/** What is trained on and what is tested on. The fingerprint names the exact content (SHA-256 of what was decoded). */
public record Split(String name, Dataset train, Dataset test, String fingerprint) {}
