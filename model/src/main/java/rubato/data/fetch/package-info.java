/** Ways to obtain a known data set: a local copy, the publisher's download, the package manager at hand. */
@NullMarked
package rubato.data.fetch;

import org.jspecify.annotations.NullMarked;
