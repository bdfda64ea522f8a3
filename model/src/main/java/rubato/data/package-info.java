/** Data sets: formats, loaders, the memory-mapped cache. */
@NullMarked
package rubato.data;

import org.jspecify.annotations.NullMarked;
