/** How the batch is synchronized: the plan and its parts. */
@NullMarked
package rubato.plan;

import org.jspecify.annotations.NullMarked;
