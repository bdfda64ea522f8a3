/** What each rank sends, adds and takes in a collective, and in which order: pure, without a byte moved. */
@NullMarked
package rubato.schedule;

import org.jspecify.annotations.NullMarked;
