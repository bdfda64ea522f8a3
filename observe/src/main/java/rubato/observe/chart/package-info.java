/** Charts of any length of run as self-contained HTML and SVG. */
@NullMarked
package rubato.observe.chart;

import org.jspecify.annotations.NullMarked;
