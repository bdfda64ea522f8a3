package rubato.compress;

import java.util.Arrays;

/** Transmits everything, also what earlier steps left. */
public final class Whole implements Compressor {
    private final Loops loops = Loops.best();

    @Override
    public void sum(float[] vector, float[] carried, float[] left, int length, Exchange wire) {
        loops.add(vector, carried, vector, 0, length);
        Arrays.fill(left, 0, length, 0);
        wire.allReduce(vector, length);
    }
}
