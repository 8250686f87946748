/** Figures for people, drawn with Java 2D and saved as PNG or SVG. */
@NullMarked
package soma.plot;

import org.jspecify.annotations.NullMarked;
