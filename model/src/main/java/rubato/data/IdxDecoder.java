package rubato.data;

import java.nio.file.Path;
import rubato.data.cache.CacheWriter;

/** Decodes pairs of IDX files, images and labels. Images of four dimensions are records of channels, height, width. */
final class IdxDecoder implements Decoder {
    private static final int DEFAULT_CLASSES = 10;

    @Override
    public void decode(DataSpec spec, CacheWriter out) {
        int classes = spec.classes() == 0 ? DEFAULT_CLASSES : spec.classes();
        try (IdxFile train = images(spec.trainImages());
                IdxFile test = images(spec.testImages())) {
            requireSameShape(train, test);
            part("train", train, Path.of(spec.trainLabels()), classes, out);
            part("test", test, Path.of(spec.testLabels()), classes, out);
        }
    }

    private static IdxFile images(String file) {
        return IdxFile.open(Path.of(file), 2, 4);
    }

    private static void requireSameShape(IdxFile train, IdxFile test) {
        for (int i = 0; i < 3; i++) {
            if (train.dimension(i) != test.dimension(i)) {
                throw test.bad("records of another shape than in " + train.path() + ": dimension " + (i + 1) + " is "
                        + test.dimension(i) + ", expected " + train.dimension(i));
            }
        }
    }

    private static void part(String part, IdxFile images, Path labelFile, int classes, CacheWriter out) {
        try (IdxFile labels = IdxFile.open(labelFile, 1, 1)) {
            if (labels.count() != images.count()) {
                throw labels.bad("has " + labels.count() + " labels, but " + images.path() + " has " + images.count()
                        + " images");
            }
            labels(part, labels, classes, out);
        }
        out.section(part + ".pixels");
        byte[] row = new byte[images.rowBytes()];
        for (int i = 0; i < images.count(); i++) {
            images.readRow(i, row);
            out.put(row, row.length);
        }
        images.requireEnd();
        properties(part, images, classes, out);
    }

    private static void labels(String part, IdxFile labels, int classes, CacheWriter out) {
        out.section(part + ".labels");
        byte[] label = new byte[1];
        for (int i = 0; i < labels.count(); i++) {
            labels.readRow(i, label);
            int value = label[0] & 0xFF;
            if (value >= classes)
                throw labels.bad("label " + value + " of record " + i + " must be 0 .. " + (classes - 1));
            out.putInt(value);
        }
        labels.requireEnd();
    }

    private static void properties(String part, IdxFile images, int classes, CacheWriter out) {
        boolean flat = images.recordRank() == 1;
        int plane = images.recordRank() == 3 ? 1 : 0;
        out.property(part + ".layout", Layout.PIXELS.name());
        out.property(part + ".size", images.count());
        out.property(part + ".features", images.rowBytes());
        out.property(part + ".classes", classes);
        out.property(part + ".height", flat ? 1 : images.dimension(plane));
        out.property(part + ".width", flat ? images.dimension(0) : images.dimension(plane + 1));
        out.property(part + ".channels", plane == 1 ? images.dimension(0) : 1);
    }
}
