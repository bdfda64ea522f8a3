package rubato.data;

import rubato.error.RubatoException;
import rubato.random.Permutation;

/** The seeded split of a single file's rows: which are held out for the test set, which train; each in file order. */
record HeldOut(int[] train, int[] test) {
    private static final long PURPOSE = 0x5350_4C49_54L;

    static HeldOut of(int rows, DataSpec spec) {
        int held = (int) Math.round(rows * spec.testFraction());
        if (held < 1 || held >= rows) {
            throw RubatoException.failed(spec.train() + ": " + rows + " rows are too few to hold out "
                    + spec.testFraction() + " of them for a test set");
        }
        Permutation order = Permutation.shuffled(rows, spec.seed(), PURPOSE);
        boolean[] isTest = new boolean[rows];
        for (int i = 0; i < held; i++) isTest[order.sampleAt(i)] = true;
        int[] train = new int[rows - held];
        int[] test = new int[held];
        int nextTrain = 0;
        int nextTest = 0;
        for (int row = 0; row < rows; row++) {
            if (isTest[row]) test[nextTest++] = row;
            else train[nextTrain++] = row;
        }
        return new HeldOut(train, test);
    }
}
