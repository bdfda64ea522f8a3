/** The run ledger held by several coordinators at once: the seam a consensus library stands behind, and the ledger over it. */
@NullMarked
package rubato.log;

import org.jspecify.annotations.NullMarked;
