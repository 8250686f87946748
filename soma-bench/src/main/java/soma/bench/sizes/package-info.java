/** Sizes of cases that the bench and the peers' programs both read, so that names and shapes cannot come apart. */
@NullMarked
package soma.bench.sizes;

import org.jspecify.annotations.NullMarked;
