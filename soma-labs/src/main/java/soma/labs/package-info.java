/** The systems of the lectures: each a small program on real data, with its figures and the number it must reach. */
@NullMarked
package soma.labs;

import org.jspecify.annotations.NullMarked;
