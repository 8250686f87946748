/** The soma command: one class a subcommand. */
@NullMarked
package soma.cli;

import org.jspecify.annotations.NullMarked;
