/** Who takes part: workers, generations, worlds. */
@NullMarked
package rubato.world;

import org.jspecify.annotations.NullMarked;
