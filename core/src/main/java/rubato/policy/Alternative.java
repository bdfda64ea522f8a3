package rubato.policy;

/** Something a policy could have decided, and what it predicts of it (in the unit its policy names). */
public record Alternative(String label, double predicted) {}
