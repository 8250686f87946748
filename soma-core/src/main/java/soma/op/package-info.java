/** Every operation: shape rule, gradient rule, and the kernel it calls. */
@NullMarked
package soma.op;

import org.jspecify.annotations.NullMarked;
