/** The step: what is trained, voted, committed; the pure state machines of the protocol. */
@NullMarked
package rubato.step;

import org.jspecify.annotations.NullMarked;
