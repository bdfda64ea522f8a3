package rubato.data;

import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Next-character prediction over a text in mapped memory: sample i is the {@code context} characters from i on, each one-hot (feature
 * j · vocabulary + c for character c at place j); its label is the character after them.
 */
final class TextDataset implements SparseDataset {
    private final IntBuffer characters;
    private final int context;
    private final int vocabulary;

    TextDataset(IntBuffer characters, int context, int vocabulary) {
        this.characters = characters;
        this.context = context;
        this.vocabulary = vocabulary;
    }

    @Override
    public int copy(int sample, int[] indices, float[] values) {
        characters.get(sample, indices, 0, context);
        for (int j = 0; j < context; j++) indices[j] += j * vocabulary;
        Arrays.fill(values, 0, context, 1f);
        return context;
    }

    @Override
    public int nonZeros(int sample) {
        return context;
    }

    @Override
    public int maxNonZeros() {
        return context;
    }

    @Override
    public int size() {
        return characters.limit() - context;
    }

    @Override
    public int features() {
        return context * vocabulary;
    }

    @Override
    public int classes() {
        return vocabulary;
    }

    @Override
    public int label(int sample) {
        return characters.get(sample + context);
    }
}
