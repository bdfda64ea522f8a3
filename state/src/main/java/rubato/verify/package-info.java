/** The independent reader: what the ledger and the checkpoints prove. */
@NullMarked
package rubato.verify;

import org.jspecify.annotations.NullMarked;
