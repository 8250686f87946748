/** Figures for people, drawn with Java 2D and saved as PNG. */
@NullMarked
package soma.plot;

import org.jspecify.annotations.NullMarked;
