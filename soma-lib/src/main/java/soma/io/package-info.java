/** Array and weight files: one file a format, both directions. */
@NullMarked
package soma.io;

import org.jspecify.annotations.NullMarked;
