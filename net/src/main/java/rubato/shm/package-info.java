/** Memory that processes of one host share: segments, byte rings, and an all-reduce over them. */
@NullMarked
package rubato.shm;

import org.jspecify.annotations.NullMarked;
