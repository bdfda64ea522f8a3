/** The real protocol, ledger and checker on a virtual clock, with faults drawn from a seed. */
@NullMarked
package rubato.sim;

import org.jspecify.annotations.NullMarked;
