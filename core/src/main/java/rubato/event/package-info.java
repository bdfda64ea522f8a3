/** What happened, for listeners only. */
@NullMarked
package rubato.event;

import org.jspecify.annotations.NullMarked;
