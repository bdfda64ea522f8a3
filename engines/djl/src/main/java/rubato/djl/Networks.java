package rubato.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import java.util.List;

/** The networks that come with Rubato, as DJL blocks. */
final class Networks {
    private Networks() {}

    /** Fully connected layers with ReLU between them. */
    static Block mlp(List<Integer> hidden, int classes) {
        SequentialBlock block = new SequentialBlock();
        for (int width : hidden) block.add(linear(width)).add(Activation.reluBlock());
        return block.add(linear(classes));
    }

    /**
     * Convolutions of 16 and 32 filters 5×5, each with ReLU and 2×2 max pooling, then 128 units and the classes. Pooling comes
     * first: max and ReLU commute, values and gradients are the same, and ReLU has a quarter of the elements left.
     */
    static Block cnn(int classes) {
        SequentialBlock block = new SequentialBlock();
        for (int filters : new int[] {16, 32}) {
            block.add(Conv2d.builder()
                            .setKernelShape(new Shape(5, 5))
                            .setFilters(filters)
                            .build())
                    .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                    .add(Activation.reluBlock());
        }
        return block.add(Blocks.batchFlattenBlock())
                .add(linear(128))
                .add(Activation.reluBlock())
                .add(linear(classes));
    }

    private static Linear linear(int units) {
        return Linear.builder().setUnits(units).build();
    }
}
