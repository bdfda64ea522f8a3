/** The disk behind a seam, so that tests can tear, fill and fail it. */
@NullMarked
package rubato.disk;

import org.jspecify.annotations.NullMarked;
