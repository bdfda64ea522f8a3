/** Records to bytes and back, without class names in the data. */
@NullMarked
package rubato.codec;

import org.jspecify.annotations.NullMarked;
