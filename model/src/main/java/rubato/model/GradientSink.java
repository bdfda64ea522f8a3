package rubato.model;

/** Told of each segment of the gradient as soon as it is final, so that its collective can start; any order, each once. */
@FunctionalInterface
public interface GradientSink {
    GradientSink NONE = segment -> {};

    void ready(Segment segment);
}
