/** The certificates of one run: its authority, and what coordinator and workers show each other over TLS. */
@NullMarked
package rubato.certs;

import org.jspecify.annotations.NullMarked;
