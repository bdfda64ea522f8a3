/** Checkpoints: tensors and a manifest written last. */
@NullMarked
package rubato.checkpoint;

import org.jspecify.annotations.NullMarked;
