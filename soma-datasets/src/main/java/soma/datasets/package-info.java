/** Public data sets, bundled with Soma or read from where they are. */
@NullMarked
package soma.datasets;

import org.jspecify.annotations.NullMarked;
