package rubato.djl;

import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

/** A user's block: one hidden layer of 13 units and 4 classes. */
public final class OneHidden extends SequentialBlock {
    public OneHidden() {
        add(Blocks.batchFlattenBlock());
        add(Linear.builder().setUnits(13).build());
        add(Activation.reluBlock());
        add(Linear.builder().setUnits(4).build());
    }
}
