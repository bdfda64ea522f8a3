package rubato.djl;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import java.util.function.Supplier;

/** A user's supplier of a block with layer normalization and dropout. */
public final class WithDropout implements Supplier<Block> {
    @Override
    public Block get() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(30).build())
                .add(LayerNorm.builder().build())
                .add(Dropout.builder().optRate(0.5f).build())
                .add(Linear.builder().setUnits(4).build());
    }
}
