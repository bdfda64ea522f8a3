/** Coordinator, worker loop, controller. */
@NullMarked
package rubato.runtime;

import org.jspecify.annotations.NullMarked;
