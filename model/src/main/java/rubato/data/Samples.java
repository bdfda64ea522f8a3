package rubato.data;

/** Some samples of a data set: {@code ids[from .. to)}. */
public record Samples(Dataset data, int[] ids, int from, int to) {
    public int count() {
        return to - from;
    }

    public int id(int index) {
        return ids[from + index];
    }
}
