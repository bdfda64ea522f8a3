/** What the training shows: measurements, estimators, fits. */
@NullMarked
package rubato.signal;

import org.jspecify.annotations.NullMarked;
