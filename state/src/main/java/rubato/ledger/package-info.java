/** The run ledger: append-only, hash-chained, durable before it is seen. */
@NullMarked
package rubato.ledger;

import org.jspecify.annotations.NullMarked;
