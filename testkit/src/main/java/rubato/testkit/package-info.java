/** What tests of distributed training need: a clock set by hand, a disk and a network that fail by a seed. */
@NullMarked
package rubato.testkit;

import org.jspecify.annotations.NullMarked;
