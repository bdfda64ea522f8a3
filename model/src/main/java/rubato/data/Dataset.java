package rubato.data;

/**
 * Labelled samples with random access. Thread-safe for reading. Labels are class numbers in [0, {@link #classes()}).
 * Either dense (every feature present) or sparse (indices ascending).
 */
public sealed interface Dataset permits DenseDataset, SparseDataset {
    int size();

    int features();

    int classes();

    int label(int sample);
}
