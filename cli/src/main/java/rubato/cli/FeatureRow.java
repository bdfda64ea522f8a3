package rubato.cli;

import java.util.TreeMap;
import rubato.data.Dataset;
import rubato.data.DenseDataset;
import rubato.data.SparseDataset;
import rubato.error.RubatoException;

/** One row of features given as text, as a data set of one sample of the same shape as a model's training data. */
final class FeatureRow {
    private FeatureRow() {}

    static Dataset parse(String row, int number, Dataset like) {
        String[] cells = row.strip().split("[,\\s]+");
        TreeMap<Integer, Float> values = new TreeMap<>();
        boolean pairs = row.indexOf(':') >= 0;
        if (!pairs && cells.length != like.features()) {
            throw wrong(number, "has " + cells.length + " values, the model takes " + like.features());
        }
        for (int i = 0; i < cells.length; i++) {
            int colon = cells[i].indexOf(':');
            int index = pairs ? (int) number(cells[i].substring(0, Math.max(0, colon)), number) - 1 : i;
            if (index < 0 || index >= like.features())
                throw wrong(number, "index must be 1.." + like.features() + " in '" + cells[i] + "'");
            values.put(index, (float) number(cells[i].substring(colon + 1), number));
        }
        return like instanceof DenseDataset dense ? new DenseRow(values, dense) : new SparseRow(values, like);
    }

    private static double number(String text, int row) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) return value;
        } catch (NumberFormatException e) {
            throw wrong(row, "'" + text + "' is not a number");
        }
        throw wrong(row, "'" + text + "' is not finite");
    }

    private static RubatoException wrong(int row, String what) {
        return RubatoException.failed("standard input, row " + row + ": " + what);
    }

    private record DenseRow(TreeMap<Integer, Float> values, DenseDataset like) implements DenseDataset {
        @Override
        public void copy(int sample, float[] into, int offset) {
            boolean pixels = like.image().height() > 1;
            for (int i = 0; i < features(); i++) {
                float value = values.getOrDefault(i, 0f);
                into[offset + i] = pixels ? value / 255f : value;
            }
        }

        @Override
        public ImageShape image() {
            return like.image();
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public int features() {
            return like.features();
        }

        @Override
        public int classes() {
            return like.classes();
        }

        @Override
        public int label(int sample) {
            return 0;
        }
    }

    private record SparseRow(TreeMap<Integer, Float> values, Dataset like) implements SparseDataset {
        @Override
        public int nonZeros(int sample) {
            return values.size();
        }

        @Override
        public int maxNonZeros() {
            return values.size();
        }

        @Override
        public int copy(int sample, int[] indices, float[] into) {
            int at = 0;
            for (var entry : values.entrySet()) {
                indices[at] = entry.getKey();
                into[at++] = entry.getValue();
            }
            return at;
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public int features() {
            return like.features();
        }

        @Override
        public int classes() {
            return like.classes();
        }

        @Override
        public int label(int sample) {
            return 0;
        }
    }
}
