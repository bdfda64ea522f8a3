package rubato.djl;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import java.util.function.Supplier;

/** A user's supplier of a block that keeps running statistics. */
public final class WithBatchNorm implements Supplier<Block> {
    @Override
    public Block get() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(4).build())
                .add(BatchNorm.builder().build());
    }
}
