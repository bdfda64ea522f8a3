package rubato.djl;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import rubato.data.Dataset;
import rubato.data.DenseDataset;
import rubato.data.DenseDataset.ImageShape;
import rubato.error.RubatoException;
import rubato.model.Model;
import rubato.model.ModelProvider;
import rubato.model.ModelSpec;

/** Makes {@code djl-mlp}, {@code djl-cnn} and models of users' own {@link ai.djl.nn.Block} classes. */
public final class DjlModelProvider implements ModelProvider {
    /** The smallest image that two 5×5 convolutions and poolings leave something of. */
    private static final int SMALLEST_IMAGE = 16;

    @Override
    public List<String> kinds() {
        return List.of("djl-mlp", "djl-cnn");
    }

    @Override
    public boolean accepts(String kind) {
        return kinds().contains(kind) || UserBlock.find(kind).isPresent();
    }

    @Override
    public Model make(ModelSpec spec, Dataset data) {
        if (!(data instanceof DenseDataset dense)) {
            throw RubatoException.usage("model " + spec.kind() + " needs dense data, this data set is sparse")
                    .remedy("choose softmax, logistic or fm");
        }
        return switch (spec.kind()) {
            case "djl-mlp" -> mlp(spec, dense);
            case "djl-cnn" -> cnn(spec, dense);
            default -> user(spec, dense);
        };
    }

    private static Model mlp(ModelSpec spec, DenseDataset data) {
        for (int width : spec.hidden()) {
            if (width < 1) throw RubatoException.usage("model.hidden must be widths >= 1, was " + spec.hidden());
        }
        Shape sample = new Shape(data.features());
        return DjlModel.ofLinearLayers(
                spec.kind(), new Network(spec.kind(), Networks.mlp(spec.hidden(), data.classes()), data, sample));
    }

    private static Model cnn(ModelSpec spec, DenseDataset data) {
        ImageShape image = data.image();
        if (Math.min(image.height(), image.width()) < SMALLEST_IMAGE) {
            throw RubatoException.usage("model djl-cnn needs images of at least " + SMALLEST_IMAGE + " x "
                    + SMALLEST_IMAGE + ", the data has " + image.height() + " x " + image.width());
        }
        return DjlModel.ofBlock(spec.kind(), new Network(spec.kind(), Networks.cnn(data.classes()), data, shape(data)));
    }

    private static Model user(ModelSpec spec, DenseDataset data) {
        UserBlock block = UserBlock.find(spec.kind())
                .orElseThrow(() -> RubatoException.usage(
                        "model.kind " + spec.kind() + " is no ai.djl.nn.Block or Supplier of one on the class path"));
        return DjlModel.ofBlock(spec.kind(), new Network(spec.kind(), block.make(), data, shape(data)));
    }

    /** (channels, height, width) for images, (features) for rows. */
    private static Shape shape(DenseDataset data) {
        ImageShape image = data.image();
        return image.height() == 1 && image.channels() == 1
                ? new Shape(data.features())
                : new Shape(image.channels(), image.height(), image.width());
    }
}
