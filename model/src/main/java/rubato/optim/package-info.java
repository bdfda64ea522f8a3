/** Optimizers and schedules on the flat parameter vector. */
@NullMarked
package rubato.optim;

import org.jspecify.annotations.NullMarked;
