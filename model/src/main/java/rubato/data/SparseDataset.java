package rubato.data;

/** Samples with few features present, indices ascending from 0. */
public non-sealed interface SparseDataset extends Dataset {
    int nonZeros(int sample);

    /** The most non-zeros any sample has. */
    int maxNonZeros();

    /** Copies a sample's indices and values to the heads of the arrays; returns how many. */
    int copy(int sample, int[] indices, float[] values);
}
