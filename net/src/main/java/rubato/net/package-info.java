/** Authenticated framed connections; the only package that opens sockets. */
@NullMarked
package rubato.net;

import org.jspecify.annotations.NullMarked;
