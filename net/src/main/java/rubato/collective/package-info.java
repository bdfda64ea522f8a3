/** Collectives over links: fixed order of additions, deadlines, typed errors. */
@NullMarked
package rubato.collective;

import org.jspecify.annotations.NullMarked;
