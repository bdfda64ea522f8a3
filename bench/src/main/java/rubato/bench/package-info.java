/** Benchmarks, each beside its peer. */
@NullMarked
package rubato.bench;

import org.jspecify.annotations.NullMarked;
