package rubato.compress;

/** Quickselect (Hoare 1961) with three-way partition, so that equal numbers do not make it slow. */
final class Selection {
    private Selection() {}

    /** The k-th largest of {@code values[0 .. count)}, k from 1; reorders them. */
    static int kthLargest(int[] values, int count, int k) {
        int from = 0;
        int to = count;
        int wanted = count - k;
        while (true) {
            int pivot = median(values[from], values[(from + to) >>> 1], values[to - 1]);
            int below = from;
            int above = to;
            for (int i = from; i < above; ) {
                if (values[i] < pivot) swap(values, i++, below++);
                else if (values[i] > pivot) swap(values, i, --above);
                else i++;
            }
            if (wanted < below) to = below;
            else if (wanted >= above) from = above;
            else return pivot;
        }
    }

    private static int median(int a, int b, int c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }

    private static void swap(int[] values, int i, int j) {
        int kept = values[i];
        values[i] = values[j];
        values[j] = kept;
    }
}
