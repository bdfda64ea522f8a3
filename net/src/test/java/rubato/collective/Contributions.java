package rubato.collective;

import rubato.random.SplitMix;

/** What ranks contribute in tests: values of very different size, so that another order of additions gives other bits. */
final class Contributions {
    private Contributions() {}

    static float[] of(long seed, int rank, int length) {
        SplitMix random = SplitMix.forPurpose(seed * 31 + length, rank);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) vector[i] = (float) (random.nextDouble() - 0.5) * (1 << random.nextInt(20));
        return vector;
    }

    static float[] rankOrderSum(long seed, int size, int length) {
        float[] sum = of(seed, 0, length);
        for (int rank = 1; rank < size; rank++) {
            float[] x = of(seed, rank, length);
            for (int i = 0; i < length; i++) sum[i] += x[i];
        }
        return sum;
    }

    static double[] exactSum(long seed, int size, int length) {
        double[] sum = new double[length];
        for (int rank = 0; rank < size; rank++) {
            float[] x = of(seed, rank, length);
            for (int i = 0; i < length; i++) sum[i] += x[i];
        }
        return sum;
    }

    static double[] magnitudes(long seed, int size, int length) {
        double[] sum = new double[length];
        for (int rank = 0; rank < size; rank++) {
            float[] x = of(seed, rank, length);
            for (int i = 0; i < length; i++) sum[i] += Math.abs(x[i]);
        }
        return sum;
    }
}
