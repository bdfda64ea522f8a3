/** Listeners only: events, live line, summary, report. */
@NullMarked
package rubato.observe;

import org.jspecify.annotations.NullMarked;
