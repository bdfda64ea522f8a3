/** A cache of decoded data: checksummed files of named sections, mapped into memory and shared by local processes. */
@NullMarked
package rubato.data.cache;

import org.jspecify.annotations.NullMarked;
