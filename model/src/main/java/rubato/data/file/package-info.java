/** Files on disk: hashing, locks between processes, sources that may be compressed. */
@NullMarked
package rubato.data.file;

import org.jspecify.annotations.NullMarked;
