/** The configuration: HOCON to checked records. */
@NullMarked
package rubato.config;

import org.jspecify.annotations.NullMarked;
