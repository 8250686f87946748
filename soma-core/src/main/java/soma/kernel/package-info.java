/** Loops over arrays, with vectors and without. */
@NullMarked
package soma.kernel;

import org.jspecify.annotations.NullMarked;
