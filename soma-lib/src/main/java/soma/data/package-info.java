/** Data sets and batches. */
@NullMarked
package soma.data;

import org.jspecify.annotations.NullMarked;
