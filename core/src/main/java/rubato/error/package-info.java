/** Errors that say what happened, where, and what to do. */
@NullMarked
package rubato.error;

import org.jspecify.annotations.NullMarked;
