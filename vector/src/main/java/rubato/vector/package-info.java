/** Kernels on the Vector API, found by ServiceLoader where the JVM has it. */
@NullMarked
package rubato.vector;

import org.jspecify.annotations.NullMarked;
