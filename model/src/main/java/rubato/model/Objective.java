package rubato.model;

/**
 * What a model's last outputs z mean: a loss in nats, its slope, a verdict. {@link #loss} comes first; {@link #hit} and
 * {@link #gradient} speak of the scores it was last given.
 */
sealed interface Objective permits CrossEntropy, LogisticLoss {
    /** Scores per sample. */
    int outputs();

    /** The loss of the scores {@code z[from .. from + outputs())} for a label. */
    double loss(float[] z, int from, int label);

    /** Whether the label is the class with the highest score; the lowest class wins a tie. */
    boolean hit(int label);

    /** Replaces the scores by the loss's derivatives. */
    void gradient(float[] z, int from, int label);

    /** The probability of every class. */
    float[] probabilities(float[] z, int from);
}
