/** The world outside, as interfaces. */
@NullMarked
package rubato.seam;

import org.jspecify.annotations.NullMarked;
