/** Models: one flat parameter vector, summed gradients, and what the noise estimator needs. */
@NullMarked
package rubato.model;

import org.jspecify.annotations.NullMarked;
