/** Seeded chance: the same numbers on every JDK. */
@NullMarked
package rubato.random;

import org.jspecify.annotations.NullMarked;
