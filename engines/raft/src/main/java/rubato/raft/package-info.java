/** The replicated log by Raft: MicroRaft's protocol over our own transport, disk and clock. */
@NullMarked
package rubato.raft;

import org.jspecify.annotations.NullMarked;
