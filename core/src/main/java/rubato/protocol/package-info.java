/** The pure state machines of a run: messages in, actions out; no thread, socket, disk or clock. */
@NullMarked
package rubato.protocol;

import org.jspecify.annotations.NullMarked;
