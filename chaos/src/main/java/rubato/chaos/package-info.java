/** Trains with real processes, harms them, and shows what was kept. */
@NullMarked
package rubato.chaos;

import org.jspecify.annotations.NullMarked;
