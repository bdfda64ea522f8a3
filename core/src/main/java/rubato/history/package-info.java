/** The entries of the run ledger: what the run is held to afterwards. */
@NullMarked
package rubato.history;

import org.jspecify.annotations.NullMarked;
