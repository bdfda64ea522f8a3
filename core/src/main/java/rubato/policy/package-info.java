/** Pure decisions from signals to plans. */
@NullMarked
package rubato.policy;

import org.jspecify.annotations.NullMarked;
