/** A TCP proxy that harms what goes through it. */
@NullMarked
package rubato.chaos.proxy;

import org.jspecify.annotations.NullMarked;
