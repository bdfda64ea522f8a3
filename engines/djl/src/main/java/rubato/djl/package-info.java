/** Models through DJL and PyTorch. */
@NullMarked
package rubato.djl;

import org.jspecify.annotations.NullMarked;
