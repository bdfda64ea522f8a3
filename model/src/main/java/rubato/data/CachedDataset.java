package rubato.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import rubato.data.DenseDataset.ImageShape;
import rubato.data.cache.CacheFile;
import rubato.error.RubatoException;

/** Makes a data set of one part of a cache file, over its mapped memory. */
record CachedDataset(CacheFile file, String part) {
    Dataset map() throws IOException {
        return switch (Layout.valueOf(file.text(part + ".layout"))) {
            case PIXELS -> pixels();
            case FLOATS -> floats();
            case SPARSE -> sparse();
            case TEXT -> new TextDataset(ints("characters"), number("context"), number("classes"));
        };
    }

    private Dataset pixels() throws IOException {
        ImageShape image = new ImageShape(number("height"), number("width"), number("channels"));
        int rowBytes = number("features");
        return new PixelDataset(
                file.rows(part + ".pixels", rowBytes),
                (int) CacheFile.rowsPerPiece(rowBytes),
                ints("labels"),
                number("classes"),
                image);
    }

    private Dataset floats() throws IOException {
        int features = number("features");
        long rowBytes = (long) features * Float.BYTES;
        return new FloatDataset(
                file.rows(part + ".values", rowBytes),
                (int) CacheFile.rowsPerPiece(rowBytes),
                ints("labels"),
                number("classes"),
                features);
    }

    private Dataset sparse() throws IOException {
        FloatBuffer values = section("values").asFloatBuffer();
        return new RowDataset(
                section("starts").asLongBuffer(),
                ints("indices"),
                values,
                ints("labels"),
                number("features"),
                number("classes"));
    }

    private IntBuffer ints(String name) throws IOException {
        return section(name).asIntBuffer();
    }

    private ByteBuffer section(String name) throws IOException {
        return file.whole(part + "." + name)
                .orElseThrow(() -> RubatoException.failed(
                        "data set too large: the " + name + " of its " + part + " part must be < 2 GiB"));
    }

    private int number(String name) {
        return file.number(part + "." + name);
    }
}
