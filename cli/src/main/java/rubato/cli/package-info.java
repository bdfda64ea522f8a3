/** The rubato command. */
@NullMarked
package rubato.cli;

import org.jspecify.annotations.NullMarked;
