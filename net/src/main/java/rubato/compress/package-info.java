/** What goes over the wire in place of float32: codecs inside a collective, compressors above it. */
@NullMarked
package rubato.compress;

import org.jspecify.annotations.NullMarked;
