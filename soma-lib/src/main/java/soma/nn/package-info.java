/** Layers, initialisers and losses. */
@NullMarked
package soma.nn;

import org.jspecify.annotations.NullMarked;
